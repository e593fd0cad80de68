/** How many runs of each organisation have begun and not ended. */
export type Backlog = Readonly<{
  /** Counts a run that is about to be written; false where the organisation may have no more. */
  begin: (org: string, runId: string) => boolean;
  /** It stands in the log at this position; false where it ended long ago, and is not counted. */
  written: (org: string, runId: string, position: bigint) => boolean;
  /** It was not written after all. */
  cancel: (org: string, runId: string) => void;
  /** A run began, or ended, as the log says. */
  apply: (event: Readonly<{ type: string; org: string; runId: string }>) => void;
  /** All of the log up to here has been applied. */
  reached: (position: bigint) => void;
  /** Until then more are let through: an old log has many begins before their ends. */
  becomeReady: () => void;
  count: () => number;
}>;

/** Whether the log has said of a run that counts that it began. */
type IsSeen = boolean;

/** A run counts once, however often it is said to begin. */
export const createBacklog = (runsMax: number): Backlog => {
  const orgs = new Map<string, Map<string, IsSeen>>();
  let isReady = false;
  let followedTo = -1n;

  const add = (org: string, runId: string, isSeen: IsSeen) => {
    const runs = orgs.get(org) ?? new Map<string, IsSeen>();
    orgs.set(org, runs.set(runId, isSeen || runs.get(runId) === true));
  };
  const remove = (org: string, runId: string) => {
    const runs = orgs.get(org);
    runs?.delete(runId);
    if (runs?.size === 0) orgs.delete(org);
  };
  const isUnseen = (org: string, runId: string) => orgs.get(org)?.get(runId) === false;

  return {
    begin: (org, runId) => {
      const runs = orgs.get(org);
      if (isReady && runs !== undefined && runs.size >= runsMax && !runs.has(runId)) return false;
      add(org, runId, false);
      return true;
    },
    written: (org, runId, position) => {
      // The log has been followed past its beginning, and that was before it was counted here: its end was, too.
      const hasEnded = position <= followedTo && isUnseen(org, runId);
      if (hasEnded) remove(org, runId);
      return !hasEnded;
    },
    cancel: (org, runId) => {
      if (isUnseen(org, runId)) remove(org, runId);
    },
    apply: ({ type, org, runId }) => (type === 'RunRequested' ? add(org, runId, true) : remove(org, runId)),
    reached: (position) => (followedTo = position),
    becomeReady: () => (isReady = true),
    count: () => [...orgs.values()].reduce((sum, runs) => sum + runs.size, 0),
  };
};
