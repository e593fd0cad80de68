import type { Answer, QuestionPayload } from '@karrio/contracts';
import { asJson } from './as-json.ts';
import { currentPlan, type QuestionPorts } from './question-ports.ts';
import { recallRun, type RecalledRun } from './recall-run.ts';
import { replayAgainst, replayOriginal, type ReplayReport } from './replay-run.ts';

/** Follows runs that are over, one after the other: the executor has runs to do meanwhile. */
export const answerReplay = async (
  ports: QuestionPorts,
  org: string,
  { runIds, plan, draft }: QuestionPayload<'replay'>,
): Promise<Answer> => {
  const runs: ReplayReport[] = [];
  const planNow = onceEach((workflowId) => currentPlan(ports, org, workflowId, draft));
  for (const runId of runIds) {
    const run = await recallRun(ports.store, org, runId);
    if ('refused' in run) runs.push({ id: runId, same: false, problem: run.refused });
    else if (plan === 'original' && !draft) {
      runs.push(replayOriginal(run, await ports.planOf(run.request.planHash)));
    } else {
      const current = await planNow(run.request.workflowId);
      if (draft && 'rejected' in current) return current;
      runs.push(await againstCurrent(current, run));
    }
  }
  return { answered: asJson({ same: runs.every(({ same }) => same), runs }) };
};

type CurrentPlan = Awaited<ReturnType<typeof currentPlan>>;

/** All runs of a workflow are compared with the same plan, whatever is saved meanwhile. */
const onceEach = (plan: (workflowId: string) => Promise<CurrentPlan>) => {
  const known = new Map<string, Promise<CurrentPlan>>();
  return (workflowId: string): Promise<CurrentPlan> => {
    const current = known.get(workflowId) ?? plan(workflowId);
    known.set(workflowId, current);
    return current;
  };
};

const againstCurrent = async (current: CurrentPlan, run: RecalledRun): Promise<ReplayReport> => {
  if ('plan' in current) return replayAgainst(run, current.plan);
  const problem = current.rejected.errors.flatMap(({ messages }) => messages).join(' ');
  return { id: run.runId, same: false, problem };
};
