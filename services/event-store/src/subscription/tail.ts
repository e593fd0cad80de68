import type { Catalog } from '../stream/catalog.ts';

/** Who waits for the log, or for one stream, to grow. A wait ends with the first call. */
export type Tail = Readonly<{
  /** Returns how to stop waiting. `undefined` waits for any stream. */
  wait: (stream: string | undefined, wake: () => void) => () => void;
  notify: (from: number, to: number) => void;
  waiting: () => number;
}>;

/**
 * Readers of the whole log are woken at once after a rest, else at most every 10 ms: what was written meanwhile
 * goes out in one page. At one run at a time each of its three appends woke every reader for an event or two,
 * on the cores that the run was waiting for. Who waits for one stream is woken by every write to it.
 */
const logRestMs = 10;

export const createTail = (catalog: Catalog): Tail => {
  const ofLog = new Set<() => void>();
  let logWokenAt = Number.NEGATIVE_INFINITY;
  let logTimer: NodeJS.Timeout | undefined;
  const ofStreams = new Map<string, Set<() => void>>();
  let waiting = 0;

  const wait = (stream: string | undefined, wake: () => void) => {
    const waiters = stream === undefined ? ofLog : (ofStreams.get(stream) ?? new Set());
    if (stream !== undefined) ofStreams.set(stream, waiters);
    waiters.add(wake);
    waiting++;
    return () => {
      if (!waiters.delete(wake)) return;
      waiting--;
      if (stream !== undefined && waiters.size === 0) ofStreams.delete(stream);
    };
  };

  const wakeAll = (waiters: Set<() => void>) => {
    const woken = [...waiters];
    waiting -= woken.length;
    // Cleared first: who is woken may wait again at once.
    waiters.clear();
    for (const wake of woken) wake();
  };

  const wakeLog = () => {
    logTimer = undefined;
    logWokenAt = performance.now();
    wakeAll(ofLog);
  };

  const notifyLog = () => {
    if (ofLog.size === 0 || logTimer !== undefined) return;
    const restMs = logWokenAt + logRestMs - performance.now();
    if (restMs <= 0) wakeLog();
    else logTimer = setTimeout(wakeLog, restMs).unref();
  };

  const notify = (from: number, to: number) => {
    notifyLog();
    for (let ordinal = from; ofStreams.size > 0 && ordinal < to; ordinal++) {
      const stream = catalog.index.streams.nameOf(catalog.index.streamAt(ordinal));
      const woken = ofStreams.get(stream);
      if (!woken) continue;
      ofStreams.delete(stream);
      wakeAll(woken);
    }
  };

  return { wait, notify, waiting: () => waiting };
};
