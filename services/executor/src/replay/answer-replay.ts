import type { Answer, QuestionPayload } from '@karrio/contracts';
import { asJson } from './as-json.ts';
import { currentPlan, type QuestionPorts } from './question-ports.ts';
import { recallRun, type RecalledRun } from './recall-run.ts';
import { replayAgainst, replayOriginal, type ReplayReport } from './replay-run.ts';

/** Follows runs that are over, one after the other: the executor has runs to do meanwhile. */
export const answerReplay = async (
  ports: QuestionPorts,
  org: string,
  { runIds, plan }: QuestionPayload<'replay'>,
): Promise<Answer> => {
  const runs: ReplayReport[] = [];
  for (const runId of runIds) {
    const run = await recallRun(ports.store, org, runId);
    if ('refused' in run) runs.push({ id: runId, same: false, problem: run.refused });
    else if (plan === 'original') runs.push(replayOriginal(run, await ports.planOf(run.request.planHash)));
    else runs.push(await againstCurrent(ports, org, run));
  }
  return { answered: asJson({ same: runs.every(({ same }) => same), runs }) };
};

const againstCurrent = async (ports: QuestionPorts, org: string, run: RecalledRun): Promise<ReplayReport> => {
  const current = await currentPlan(ports, org, run.request.workflowId);
  if ('plan' in current) return replayAgainst(run, current.plan);
  const problem = current.rejected.errors.flatMap(({ messages }) => messages).join(' ');
  return { id: run.runId, same: false, problem };
};
