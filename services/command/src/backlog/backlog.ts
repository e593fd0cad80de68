/** How many runs of each organisation have begun and not ended. */
export type Backlog = Readonly<{
  /** Counts a run that is about to be written; false where the organisation may have no more. */
  begin: (org: string, runId: string) => boolean;
  /** It was not written after all. */
  cancel: (org: string, runId: string) => void;
  /** A run began, or ended, as the log says. */
  apply: (event: Readonly<{ type: string; org: string; runId: string }>) => void;
  /** Until then more are let through: an old log has many begins before their ends. */
  becomeReady: () => void;
  count: () => number;
}>;

/** A run counts once, however often it is said to begin. */
export const createBacklog = (runsMax: number): Backlog => {
  const orgs = new Map<string, Set<string>>();
  let isReady = false;

  const add = (org: string, runId: string) => {
    const runs = orgs.get(org) ?? new Set<string>();
    orgs.set(org, runs.add(runId));
  };
  const remove = (org: string, runId: string) => {
    const runs = orgs.get(org);
    runs?.delete(runId);
    if (runs?.size === 0) orgs.delete(org);
  };

  return {
    begin: (org, runId) => {
      const runs = orgs.get(org);
      if (isReady && runs !== undefined && runs.size >= runsMax && !runs.has(runId)) return false;
      add(org, runId);
      return true;
    },
    cancel: remove,
    apply: ({ type, org, runId }) => (type === 'RunRequested' ? add(org, runId) : remove(org, runId)),
    becomeReady: () => (isReady = true),
    count: () => [...orgs.values()].reduce((sum, runs) => sum + runs.size, 0),
  };
};
