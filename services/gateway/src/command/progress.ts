import { subjects } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';

/** How often Postgres is asked while NATS is quiet and somebody waits. */
const pollMs = 250;

export type Progress = Disposable &
  Readonly<{
    /** True once the read models hold everything up to a position; false when that took too long. */
    reached: (position: bigint, timeoutMs: number) => Promise<boolean>;
  }>;

type Waiter = Readonly<{ position: bigint; resolve: (reached: boolean) => void }>;

/** Follows how far the read models are, by what `query` announces and by asking where it is silent. */
export const followProgress = (bus: Pick<Bus, 'subscribe'>, applied: () => Promise<bigint>): Progress => {
  const waiting = new Set<Waiter>();
  let position = -1n;
  let polling: NodeJS.Timeout | undefined;

  const advance = (to: bigint) => {
    if (to > position) position = to;
    for (const waiter of waiting) if (waiter.position <= position) waiter.resolve(true);
  };
  const announced = bus.subscribe(subjects.livePosition, subjects.livePosition.matching(), (notice) =>
    advance(BigInt(notice.position)),
  );
  // A Postgres that does not answer leaves the waiters to their timeouts.
  const poll = () => void applied().then(advance, () => undefined);

  const reached = async (wanted: bigint, timeoutMs: number): Promise<boolean> => {
    if (wanted <= position) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter = { position: wanted, resolve };
    const timer = setTimeout(() => resolve(false), timeoutMs);
    waiting.add(waiter);
    polling ??= setInterval(poll, pollMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(waiter);
      if (waiting.size === 0) {
        clearInterval(polling);
        polling = undefined;
      }
    }
  };

  return {
    reached,
    [Symbol.dispose]: () => {
      announced[Symbol.dispose]();
      clearInterval(polling);
      for (const waiter of waiting) waiter.resolve(false);
    },
  };
};
