import type { RunEnded } from '@karrio/contracts';
import { findPauses, findRun, findRunActions, type ReadModel } from '@karrio/read-model';
import type { Progress } from '../command/progress.ts';
import { fullAnswer, type RunAnswer } from './run-answer.ts';

/** How long an answer waits for the read models to hold what it is about. */
const behindMsMax = 5_000;

export type ReadRun = Readonly<{
  /** The run's end; undefined while it is open or not projected. */
  end: (org: string, runId: string) => Promise<RunEnded | undefined>;
  /** The run with all that the read models know; undefined where they are behind. */
  full: (org: string, ended: RunEnded) => Promise<RunAnswer | undefined>;
  find: (org: string, runId: string) => Promise<RunAnswer | undefined>;
}>;

const open: ReadonlySet<string> = new Set(['pending', 'running']);

export const createReadRun = (
  { db }: Pick<ReadModel, 'db'>,
  progress: Pick<Progress, 'reached'>,
): ReadRun => {
  const find = async (org: string, runId: string) => {
    const [row, actions] = await Promise.all([findRun(db, org, runId), findRunActions(db, org, [runId])]);
    if (!row) return undefined;
    const isHeld = row.ended_at === null && (await findPauses(db, org, [row.workflow_id, org])).length > 0;
    return fullAnswer(row, actions, isHeld);
  };
  return {
    end: async (org, runId) => {
      const row = await findRun(db, org, runId);
      return row && !open.has(row.status) ? { runId, status: row.status, position: row.position } : undefined;
    },
    full: async (org, { runId, position }) =>
      (await progress.reached(BigInt(position), behindMsMax)) ? find(org, runId) : undefined,
    find,
  };
};
