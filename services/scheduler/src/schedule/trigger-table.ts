import type { PendingRun, TimedTrigger } from './timed-trigger.ts';

/** Nothing of it is left to decide or to start. */
const isOver = ({ phases, queued, pending }: TimedTrigger): boolean =>
  phases.length === 0 && queued === null && pending.length === 0;

/** The scheduled triggers, and by what else they are found. */
export const createTriggerTable = (onChange: (id: string) => void) => {
  const timed = new Map<string, TimedTrigger>();
  const ofWorkflow = new Map<string, Set<string>>();
  const ofOpenRun = new Map<string, string>();
  const ofPending = new Map<string, string>();

  const unlink = ({ id, workflowId, pending, openRuns }: TimedTrigger) => {
    for (const { runId } of pending) ofPending.delete(runId);
    for (const runId of openRuns) ofOpenRun.delete(runId);
    const ids = ofWorkflow.get(workflowId);
    ids?.delete(id);
    if (ids?.size === 0) ofWorkflow.delete(workflowId);
  };
  const link = ({ id, workflowId, pending, openRuns }: TimedTrigger) => {
    for (const { runId } of pending) ofPending.set(runId, id);
    for (const runId of openRuns) ofOpenRun.set(runId, id);
    const ids = ofWorkflow.get(workflowId) ?? new Set();
    ofWorkflow.set(workflowId, ids.add(id));
  };
  const get = (id: string | undefined) => timed.get(id ?? '');

  return {
    get,
    set: (trigger: TimedTrigger): void => {
      const { id } = trigger;
      const before = timed.get(id);
      if (before === trigger) return;
      if (before) unlink(before);
      if (isOver(trigger)) timed.delete(id);
      else {
        timed.set(id, trigger);
        link(trigger);
      }
      onChange(id);
    },
    /** Without a look at its time: nothing changed about that. */
    replace: (trigger: TimedTrigger): void => void timed.set(trigger.id, trigger),
    all: (): Iterable<TimedTrigger> => timed.values(),
    count: (): number => timed.size,
    ofWorkflow: (workflowId: string): readonly TimedTrigger[] =>
      [...(ofWorkflow.get(workflowId) ?? [])].flatMap((id) => timed.get(id) ?? []),
    ofOpenRun: (runId: string): TimedTrigger | undefined => get(ofOpenRun.get(runId)),
    /** Slots that were fired and whose runs are not in the log yet. */
    pending: function* (): Generator<Readonly<{ trigger: TimedTrigger; run: PendingRun }>> {
      for (const [runId, id] of ofPending) {
        const trigger = timed.get(id);
        const run = trigger?.pending.find((each) => each.runId === runId);
        if (trigger && run) yield { trigger, run };
      }
    },
  };
};
export type TriggerTable = ReturnType<typeof createTriggerTable>;
