import type { ActionOutcomeUnknown, RunEvent, RunRequest } from './event.ts';
import type { Failure, RecordedResponse, Stored } from './facts.ts';

export type ActionProgress =
  | { readonly is: 'started'; readonly attempt: number }
  /** Its next attempt is due. */
  | { readonly is: 'waiting'; readonly attempt: number; readonly dueAt: string }
  | {
      readonly is: 'unknown';
      readonly attempt: number;
      readonly resolution: ActionOutcomeUnknown['data']['resolution'];
      /** Why there was no answer; missing where the process died. */
      readonly failure?: Failure;
    }
  | {
      readonly is: 'succeeded';
      readonly attempt: number;
      readonly output: Stored;
      readonly passed: boolean;
      readonly response?: RecordedResponse;
    }
  | { readonly is: 'failed'; readonly attempt: number; readonly failure: Failure };

export type OpenRun = Readonly<{
  status: 'open';
  request: RunRequest;
  isStarted: boolean;
  /** By action slug; an action that has not begun is missing. */
  actions: ReadonlyMap<string, ActionProgress>;
}>;

export type RunState = Readonly<{ status: 'absent' }> | OpenRun | Readonly<{ status: 'ended' }>;

export const noRun: RunState = { status: 'absent' };

const progressed = (run: OpenRun, slug: string, progress: ActionProgress): OpenRun => ({
  ...run,
  actions: new Map(run.actions).set(slug, progress),
});

/** Folds one fact; total, so that a stream written by another build still folds. */
export const evolveRun = (state: RunState, event: RunEvent): RunState => {
  if (event.type === 'RunRequested') {
    return { status: 'open', request: event.data, isStarted: false, actions: new Map() };
  }
  if (state.status !== 'open') return state;
  switch (event.type) {
    case 'RunStarted':
      return { ...state, isStarted: true };
    case 'ActionStarted':
      return progressed(state, event.data.slug, { is: 'started', attempt: event.data.attempt });
    case 'ActionSucceeded': {
      const { slug, attempt, output, passed = true, response } = event.data;
      return progressed(state, slug, {
        is: 'succeeded',
        attempt,
        output,
        passed,
        ...(response && { response }),
      });
    }
    case 'ActionFailed': {
      const { slug, attempt, failure } = event.data;
      return progressed(state, slug, { is: 'failed', attempt, failure });
    }
    case 'ActionRetryScheduled': {
      const { slug, attempt, dueAt } = event.data;
      return progressed(state, slug, { is: 'waiting', attempt, dueAt });
    }
    case 'ActionOutcomeUnknown': {
      const { slug, attempt, resolution, failure } = event.data;
      return progressed(state, slug, { is: 'unknown', attempt, resolution, ...(failure && { failure }) });
    }
    case 'RunSucceeded':
    case 'RunFailed':
    case 'RunAborted':
      return { status: 'ended' };
  }
};
