import { refusal, type Refusal } from '../definition/refusal.ts';
import { accept, reject, type Decision } from '../event.ts';
import type { ActionAttempt, RunEvent } from './event.ts';
import type { Stored } from './facts.ts';
import { endOf } from './interpreter.ts';
import type { OpenRun, RunState } from './state.ts';

/** What people do to a run. `by` is who, as the log shows it. */
export type RunControl = Readonly<{ by: string; at: string }> &
  (
    | { readonly type: 'Cancel'; readonly reason?: string }
    | { readonly type: 'Pause' }
    | { readonly type: 'Resume' }
    /** A parked run goes on from where it stands; one that waits for a decision asks whether it is made. */
    | { readonly type: 'Redrive' }
    | {
        readonly type: 'Settle';
        readonly attempt: ActionAttempt;
        readonly as: 'succeeded' | 'failed' | 'retry';
        readonly output?: Stored;
        readonly note?: string;
      }
  );

/** Pure; what has taken effect already is accepted and adds nothing, so that a repetition does no harm. */
export const controlRun = (state: RunState, control: RunControl): Decision<RunEvent, Refusal> => {
  if (state.status === 'absent') return reject(refusal('not-found', 'id', 'No workflow event has this id.'));
  if (state.status === 'ended') {
    const isDone = control.type === 'Cancel' && state.as === 'RunCancelled';
    return isDone ? accept() : reject(refusal('in-use', 'id', `The run has ended (${endings[state.as]}).`));
  }
  switch (control.type) {
    case 'Cancel':
      return cancel(state, control);
    case 'Pause':
      return state.isPaused ? accept() : accept({ type: 'RunPaused', data: pick(control) });
    case 'Resume':
      return state.isPaused ? accept({ type: 'RunResumed', data: pick(control) }) : accept();
    case 'Redrive':
      return redrive(state, control);
    case 'Settle':
      return settle(state, control);
  }
};

const endings = {
  RunSucceeded: 'success',
  RunFailed: 'failed',
  RunAborted: 'aborted',
  RunCancelled: 'cancelled',
} as const;

const pick = ({ by, at }: RunControl) => ({ by, at });

/** Ends the run at once where nothing is under way; else its executor ends it when it has given that up. */
const cancel = (
  run: OpenRun,
  control: Extract<RunControl, { type: 'Cancel' }>,
): Decision<RunEvent, Refusal> => {
  if (run.cancel) return accept();
  const { by, at, reason } = control;
  const who = { by, ...(reason === undefined ? {} : { reason }) };
  const requested: RunEvent = { type: 'RunCancelRequested', data: { ...who, at } };
  const inFlight = [...run.actions.values()].some(({ is }) => is === 'started');
  return inFlight
    ? accept(requested)
    : accept<RunEvent>(requested, { type: 'RunCancelled', data: { ...endOf(run, at), ...who } });
};

const redrive = (run: OpenRun, control: RunControl): Decision<RunEvent, Refusal> => {
  // A decision may be made in the moment before its run is parked for it.
  if (!run.parked && !isDeferred(run)) return accept();
  if (run.parked?.cause === 'outcome-unknown') {
    const message =
      `Nobody knows whether the request of ${run.parked.action ?? 'the action'} took effect: ` +
      'settle the action as succeeded, as failed, or to be sent again.';
    return reject(refusal('invalid', 'id', message));
  }
  return accept({ type: 'RunRedriven', data: pick(control) });
};

const isDeferred = (run: OpenRun): boolean => [...run.actions.values()].some(({ is }) => is === 'deferred');

const settle = (
  run: OpenRun,
  control: Extract<RunControl, { type: 'Settle' }>,
): Decision<RunEvent, Refusal> => {
  const { attempt, as, output, note, by, at } = control;
  const progress = run.actions.get(attempt.slug);
  if (progress?.is === 'deferred') {
    return reject(refusal('invalid', 'action', `${attempt.slug} waits for a decision. ${progress.message}`));
  }
  if (progress?.is !== 'unknown' || progress.resolution !== 'park') {
    const message = `The outcome of ${attempt.slug} is not open: only an action that the run is parked for can be settled.`;
    return reject(refusal('invalid', 'action', message));
  }
  if (output !== undefined && as !== 'succeeded') {
    return reject(refusal('invalid', 'output', 'Only an action that succeeded has an output.'));
  }
  const data = { ...attempt, attempt: progress.attempt, as, by, at };
  const more = { ...(output === undefined ? {} : { output }), ...(note === undefined ? {} : { note }) };
  return accept({ type: 'ActionSettled', data: { ...data, ...more } });
};
