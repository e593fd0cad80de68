import TinyQueue from 'tinyqueue';

export type Alarm = Readonly<{ id: string; dueMs: number }>;

/** Alarms of what has ended or moved are left in the queue; so many more than are counted are thrown out. */
const staleMax = 10_000;

const byTime = (a: Alarm, b: Alarm): number => a.dueMs - b.dueMs;

/** What is due when, the soonest first; `dueOf` says for which time an alarm still counts. */
export const createAlarms = (dueOf: (id: string) => number | undefined) => {
  let queue = new TinyQueue<Alarm>([], byTime);
  const isCurrent = ({ id, dueMs }: Alarm) => dueOf(id) === dueMs;
  return {
    /** `count`: how many may have one. */
    set: (alarm: Alarm, count: number): void => {
      queue.push(alarm);
      if (queue.length > 2 * count + staleMax) queue = new TinyQueue(queue.data.filter(isCurrent), byTime);
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
