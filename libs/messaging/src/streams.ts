import type { JetStreamSpec } from '@karrio/contracts';
import {
  DiscardPolicy,
  type JetStreamManager,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats';

const storage = { memory: StorageType.Memory, file: StorageType.File } as const;
const retention = { workqueue: RetentionPolicy.Workqueue, limits: RetentionPolicy.Limits } as const;

/** The portable core of server 2.9: nothing here is dropped silently by an older one. */
const configOf = ({
  name,
  subjects,
  retention: kind,
  storage: where,
  maxAgeMs,
  maxBytes,
}: JetStreamSpec): Partial<StreamConfig> & { name: string } => ({
  name,
  subjects: [...subjects],
  retention: retention[kind],
  storage: storage[where],
  ...(maxAgeMs === undefined ? {} : { max_age: nanos(maxAgeMs) }),
  ...(maxBytes === undefined ? {} : { max_bytes: maxBytes, discard: DiscardPolicy.New }),
});

const nameInUse = 10_058;

/** Creates the stream, or brings an older one up to date. */
export const ensureStream = async (manager: JetStreamManager, spec: JetStreamSpec): Promise<void> => {
  const config = configOf(spec);
  try {
    await manager.streams.add(config);
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.err_code !== nameInUse) throw error;
    await manager.streams.update(config.name, config);
  }
};
