import type { Json, RunState } from '@karrio/domain';
import { loadValue, type EventStore } from '@karrio/event-store-client';

/** What templates see as `steps`: the output of each action that succeeded, by slug. */
export type Steps = Record<string, { readonly response: Json }>;

/** The outputs of a run that another process began. */
export const recallSteps = async (store: EventStore, run: RunState): Promise<Steps> => {
  const steps: Steps = {};
  if (run.status !== 'open') return steps;
  for (const [slug, progress] of run.actions) {
    if (progress.is === 'succeeded') steps[slug] = { response: await loadValue(store, progress.output) };
  }
  return steps;
};
