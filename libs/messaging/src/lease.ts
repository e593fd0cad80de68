import type { Logger } from '@karrio/telemetry';
import { StorageType, type JetStreamClient, type KV } from 'nats';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lease } from './bus.ts';

/** One time to live for all leases: it is the bucket's, as server 2.9 has it. */
const leaseTtlMs = 9_000;

const bucket = 'LEASES';

/**
 * Tries to hold a name of which there is one holder at a time, for as long as it is not disposed. A key in
 * JetStream's key-value store with a time to live, renewed at a third of it.
 */
export const holdLease = (jetStream: JetStreamClient, name: string, log: Logger): Lease => {
  const holder = randomUUID();
  const closing = new AbortController();
  let held: { readonly revision: number; readonly atMs: number } | undefined;
  let store: KV | undefined;

  const renew = async () => {
    const startedMs = performance.now();
    try {
      store ??= await jetStream.views.kv(bucket, {
        history: 1,
        ttl: leaseTtlMs,
        storage: StorageType.Memory,
      });
      const revision = held
        ? await store.update(name, holder, held.revision)
        : await store.create(name, holder);
      if (!held) log.info({ lease: name }, 'lease taken');
      held = { revision, atMs: startedMs };
    } catch (err) {
      if (held) log.warn({ err, lease: name }, 'lease lost');
      held = undefined;
      // NATS may have come back without the bucket.
      store = undefined;
    }
  };

  const running = (async () => {
    while (!closing.signal.aborted) {
      await renew();
      await delay(leaseTtlMs / 3, undefined, { signal: closing.signal }).catch(() => {});
    }
    // The next holder need not wait until it ends by itself.
    if (held) await store?.delete(name, { previousSeq: held.revision }).catch(() => {});
  })();

  return {
    isHeld: () => held !== undefined && performance.now() - held.atMs < leaseTtlMs,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await running;
    },
  };
};
