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
/** What the server reserves for a stream is more than it has: memory, disk, or an account's part of them. */
const shortages: ReadonlySet<number> = new Set([10_023, 10_028, 10_047]);
/** Less room than this is no use. */
const roomMin = 8 * 1_024 * 1_024;

/** Creates the stream, or brings an older one up to date. A small server gives it as much room as it has. */
export const ensureStream = async (manager: JetStreamManager, spec: JetStreamSpec): Promise<void> => {
  try {
    await addOrUpdate(manager, configOf(spec));
  } catch (error) {
    const { maxBytes = 0 } = spec;
    if (!shortages.has(errorCodeOf(error)) || maxBytes / 2 < roomMin) throw error;
    await ensureStream(manager, { ...spec, maxBytes: maxBytes / 2 });
  }
};

const addOrUpdate = async (
  manager: JetStreamManager,
  config: Partial<StreamConfig> & { name: string },
): Promise<void> => {
  try {
    await manager.streams.add(config);
  } catch (error) {
    if (errorCodeOf(error) !== nameInUse) throw error;
    await manager.streams.update(config.name, config);
  }
};

const errorCodeOf = (error: unknown): number =>
  error instanceof NatsError ? (error.api_error?.err_code ?? 0) : 0;
