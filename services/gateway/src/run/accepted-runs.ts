import { LRUCache } from 'lru-cache';
import type { Progress } from '../command/progress.ts';
import { problem, type Problem } from '../http/problem.ts';

/** How long a reader waits for a run that this gateway has just told somebody of. */
const behindMsMax = 5_000;
/** A list is answered without the last run rather than not at all. */
const listBehindMsMax = 1_000;

export type AcceptedRuns = Readonly<{
  /** What was answered about a run stands in the log at `position`. */
  told: (org: string, runId: string, position: string) => void;
  /** Resolves when the read models hold what was told of the run, or with the problem that they are behind. */
  shown: (org: string, runId: string) => Promise<Problem | undefined>;
  /** Resolves when the read models hold all that was told to the organisation; after a while in any case. */
  allShown: (org: string) => Promise<void>;
}>;

/**
 * A webhook is answered from the log, before the run can be read: who asks for it with the answer in hand
 * waits instead, so that it is not told that there is no such run.
 */
export const rememberAcceptedRuns = (progress: Pick<Progress, 'reached'>): AcceptedRuns => {
  const positions = new LRUCache<string, string>({ max: 10_000 });
  const latest = new LRUCache<string, bigint>({ max: 10_000 });
  return {
    told: (org, runId, position) => {
      positions.set(`${org}/${runId}`, position);
      const known = latest.get(org) ?? -1n;
      if (BigInt(position) > known) latest.set(org, BigInt(position));
    },
    shown: async (org, runId) => {
      const position = positions.get(`${org}/${runId}`);
      if (position === undefined || (await progress.reached(BigInt(position), behindMsMax))) return undefined;
      const message = `${runId} is stored, but the read models do not show it yet; query it again shortly.`;
      return problem('read_model_behind', message, { id: runId });
    },
    allShown: async (org) => {
      const position = latest.get(org);
      if (position !== undefined) await progress.reached(position, listBehindMsMax);
    },
  };
};
