/** Requests that one host may have at once from this process. */
export type HostSlots = Readonly<{
  /** Undefined where all are taken. One that was kept for the run is given to it. */
  take: (host: string, runId: string) => Disposable | undefined;
  isFree: (host: string) => boolean;
  /** Keeps a slot for a run whose turn it is, until it takes it or is done; false where there is none. */
  keep: (host: string, runId: string) => boolean;
  /** What was kept for the run is free again. */
  done: (runId: string) => void;
  /** Whom to tell of a slot that came back. */
  onFree: (listener: () => void) => void;
  /** Hosts with a request under way or a slot that is kept; for tests and measurements. */
  inUse: () => ReadonlyMap<string, number>;
}>;

/** `limitOf`: how many requests a host may have at once. */
export const createHostSlots = (limitOf: (host: string) => number): HostSlots => {
  const used = new Map<string, number>();
  const kept = new Map<string, string>();
  let tell = () => {};

  const isFree = (host: string) => (used.get(host) ?? 0) < limitOf(host);
  const count = (host: string, by: 1 | -1) => {
    const now = (used.get(host) ?? 0) + by;
    if (now > 0) used.set(host, now);
    else used.delete(host);
    if (by < 0) tell();
  };
  const slot = (host: string): Disposable => {
    let isTaken = true;
    return {
      [Symbol.dispose]: () => {
        if (isTaken) count(host, -1);
        isTaken = false;
      },
    };
  };

  return {
    isFree,
    take: (host, runId) => {
      if (kept.get(runId) === host) {
        kept.delete(runId);
        return slot(host);
      }
      if (!isFree(host)) return undefined;
      count(host, 1);
      return slot(host);
    },
    keep: (host, runId) => {
      if (kept.has(runId) || !isFree(host)) return false;
      kept.set(runId, host);
      count(host, 1);
      return true;
    },
    done: (runId) => {
      const host = kept.get(runId);
      if (host === undefined) return;
      kept.delete(runId);
      count(host, -1);
    },
    onFree: (listener) => (tell = listener),
    inUse: () => used,
  };
};
