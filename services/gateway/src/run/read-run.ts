import type { RunEnded } from '@karrio/contracts';
import {
  findPauses,
  findRun,
  findRunActions,
  type ReadModel,
  type RunActionRow,
  type RunRow,
} from '@karrio/read-model';
import type { Progress } from '../command/progress.ts';
import { fullAnswer, type RunAnswer } from './run-answer.ts';

/** How long an answer waits for the read models to hold what it is about. */
const behindMsMax = 5_000;

export type RunRows = Readonly<{ run: RunRow; actions: readonly RunActionRow[] }>;

export type ReadRun = Readonly<{
  /** The run's end; undefined while it is open or not projected. */
  end: (org: string, runId: string) => Promise<RunEnded | undefined>;
  /** All that the read models know of an ended run; undefined where they are behind. */
  rows: (org: string, ended: RunEnded) => Promise<RunRows | undefined>;
  find: (org: string, runId: string) => Promise<RunAnswer | undefined>;
}>;

const open: ReadonlySet<string> = new Set(['pending', 'running']);

export const createReadRun = (
  { of }: Pick<ReadModel, 'of'>,
  progress: Pick<Progress, 'reached'>,
): ReadRun => {
  const rowsOf = async (org: string, runId: string): Promise<RunRows | undefined> => {
    const db = of(org);
    const [run, actions] = await Promise.all([findRun(db, org, runId), findRunActions(db, org, [runId])]);
    return run && { run, actions };
  };
  return {
    end: async (org, runId) => {
      const row = await findRun(of(org), org, runId);
      return row && !open.has(row.status) ? { runId, status: row.status, position: row.position } : undefined;
    },
    rows: async (org, { runId, position }) =>
      (await progress.reached(BigInt(position), behindMsMax)) ? rowsOf(org, runId) : undefined,
    find: async (org, runId) => {
      const rows = await rowsOf(org, runId);
      if (!rows) return undefined;
      const { run, actions } = rows;
      const isHeld =
        run.ended_at === null && (await findPauses(of(org), org, [run.workflow_id, org])).length > 0;
      return fullAnswer(run, actions, isHeld);
    },
  };
};
