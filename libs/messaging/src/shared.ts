import { LRUCache } from 'lru-cache';
import { JSONCodec, type KV, type NatsConnection, NatsError, StorageType } from 'nats';
import { BusUnavailable, type Shared, type SharedOptions } from './bus.ts';

/** A change that others came before is decided anew; so many times in a row means that something else is wrong. */
const attemptsMax = 100;
const wrongLastSequence = 10_071;

type Seen<T> = Readonly<{ value: T | undefined; revision: number }>;
type Ports = Readonly<{ connection: NatsConnection; isAway: () => boolean }>;

/** A bucket of JetStream's key-value store, in its memory, changed by compare and set. */
export const shareValues = <T>({ connection, isAway }: Ports, options: SharedOptions<T>): Shared<T> => {
  const { name, keptMs, shape, timeoutMs = 1_000 } = options;
  const jetStream = connection.jetstream({ timeout: timeoutMs });
  const codec = JSONCodec();
  /** Spares the read before most changes: a value that others changed is noticed by the write. */
  const lastSeen = new LRUCache<string, Seen<T>>({ max: 10_000 });
  let opening: Promise<KV> | undefined;
  const opened = () =>
    (opening ??= jetStream.views.kv(name, { history: 1, ttl: keptMs, storage: StorageType.Memory }));

  const read = async (key: string): Promise<Seen<T>> => {
    const entry = await (await opened()).get(key);
    if (!entry) return { value: undefined, revision: 0 };
    const parsed = shape.safeParse(codec.decode(entry.value));
    return { value: parsed.success ? parsed.data : undefined, revision: entry.revision };
  };

  /** Whether nobody else was faster. */
  const write = async (key: string, value: T, revision: number): Promise<boolean> => {
    try {
      const written = await (await opened()).put(key, codec.encode(value), { previousSeq: revision });
      lastSeen.set(key, { value, revision: written });
      return true;
    } catch (error) {
      lastSeen.delete(key);
      if (error instanceof NatsError && error.api_error?.err_code === wrongLastSequence) return false;
      throw error;
    }
  };

  const change: Shared<T>['change'] = async (key, decide) => {
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      const remembered = lastSeen.get(key);
      const { value, revision } = remembered ?? (await read(key));
      const { next, result } = decide(value);
      if (next === undefined && !remembered) return result;
      if (next === undefined) lastSeen.delete(key);
      else if (await write(key, next, revision)) return result;
    }
    throw new BusUnavailable(`others changed ${key} of ${name} ${attemptsMax} times in a row`);
  };

  return {
    change: async (key, decide) => {
      if (isAway()) throw new BusUnavailable('NATS is away.');
      try {
        return await change(key, decide);
      } catch (cause) {
        // NATS may have come back without the bucket.
        opening = undefined;
        if (cause instanceof BusUnavailable) throw cause;
        throw new BusUnavailable(`NATS does not keep the values of ${name}`, { cause });
      }
    },
  };
};
