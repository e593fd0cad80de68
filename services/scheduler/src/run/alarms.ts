import TinyQueue from 'tinyqueue';

export type Alarm = Readonly<{ runId: string; dueMs: number }>;

/** Alarms of runs that have ended or moved are left in the queue; so many more than runs are thrown out. */
const staleMax = 10_000;

const byTime = (a: Alarm, b: Alarm): number => a.dueMs - b.dueMs;

/** When runs are to be woken, the soonest first; `dueOf` says for which time a run's alarm still counts. */
export const createAlarms = (dueOf: (runId: string) => number | undefined) => {
  let queue = new TinyQueue<Alarm>([], byTime);
  const isCurrent = ({ runId, dueMs }: Alarm) => dueOf(runId) === dueMs;
  return {
    set: (alarm: Alarm, runs: number): void => {
      queue.push(alarm);
      if (queue.length > 2 * runs + staleMax) queue = new TinyQueue(queue.data.filter(isCurrent), byTime);
    },
    /** Takes the next one whose time has come. */
    take: (nowMs: number): Alarm | undefined => {
      for (let first = queue.peek(); first && first.dueMs <= nowMs; first = queue.peek()) {
        queue.pop();
        if (isCurrent(first)) return first;
      }
      return undefined;
    },
  };
};
