import type { RunEnded } from '@karrio/contracts';

/** How often Postgres is asked, for a notice that was lost. */
const pollMs = 1_000;

export type Awaited = Readonly<{
  /** Resolves with the notice of the run's end. */
  ended: Promise<RunEnded>;
  waitMs: number;
  /** The run's end as the read model knows it; undefined while it is open. */
  read: () => Promise<RunEnded | undefined>;
  /** The run may have ended before anyone waited: ask at once. */
  isRepeated: boolean;
}>;

/** A run's end by the first of notice and read model; undefined when the wait is over before. */
export const awaitEnd = async ({
  ended,
  waitMs,
  read,
  isRepeated,
}: Awaited): Promise<RunEnded | undefined> => {
  const deadline = performance.now() + waitMs;
  for (let pauseMs = isRepeated ? 0 : pollMs; ; pauseMs = pollMs) {
    const notice = await within(ended, Math.min(pauseMs, deadline - performance.now()));
    if (notice) return notice;
    // Without Postgres the notice is still to be hoped for.
    const found = await read().catch(() => undefined);
    if (found || performance.now() >= deadline) return found;
  }
};

/** A timer per wait, and no more than that: this is the way of every run that somebody waits for. */
const within = <T>(promise: Promise<T>, ms: number): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    }, reject);
  });
