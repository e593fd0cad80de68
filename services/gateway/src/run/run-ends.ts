import { subjects, type RunEnded } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';

export type ExpectedEnd = Disposable & Readonly<{ ended: Promise<RunEnded> }>;
export type RunEnds = Disposable & Readonly<{ expect: (runId: string) => ExpectedEnd }>;

type Waiting = PromiseWithResolvers<RunEnded> & { waiters: number };

/**
 * Hands each run's end to who waits for it. One subscription for all runs: one per request would cost NATS
 * and this process two more messages for each, against one small notice per run.
 */
export const followRunEnds = (bus: Pick<Bus, 'subscribe'>): RunEnds => {
  const waiting = new Map<string, Waiting>();
  const subscription = bus.subscribe(subjects.runEnded, subjects.runEnded.matching(), (notice) =>
    waiting.get(notice.runId)?.resolve(notice),
  );

  const expect = (runId: string): ExpectedEnd => {
    const entry = waiting.get(runId) ?? { ...Promise.withResolvers<RunEnded>(), waiters: 0 };
    entry.waiters++;
    waiting.set(runId, entry);
    return {
      ended: entry.promise,
      [Symbol.dispose]: () => {
        if (--entry.waiters === 0) waiting.delete(runId);
      },
    };
  };

  return { expect, [Symbol.dispose]: () => subscription[Symbol.dispose]() };
};
