import type { StepView } from '@karrio/actions';
import type { Json, RecordedResponse, RunState } from '@karrio/domain';
import { loadValue, type EventStore } from '@karrio/event-store-client';

/** What templates see as `steps`: of each action that succeeded its output, by slug. */
export type Steps = Record<string, StepView>;

/** Of a response what was recorded of it, so that a run that another process continues sees the same. */
export const stepOf = (output: Json, response: RecordedResponse | undefined): StepView => ({
  response: output,
  ...(response && { status: response.status, headers: response.headers }),
});

/** The outputs of a run that another process began. */
export const recallSteps = async (store: EventStore, run: RunState): Promise<Steps> => {
  const steps: Steps = {};
  if (run.status !== 'open') return steps;
  for (const [slug, progress] of run.actions) {
    if (progress.is !== 'succeeded') continue;
    steps[slug] = stepOf(await loadValue(store, progress.output), progress.response);
  }
  return steps;
};
