import type { UnknownResolution } from '../definition/action.ts';
import type { ParkCause, RunConclusion, RunEvent, RunHeld, RunRequest } from './event.ts';
import type { Failure, RecordedResponse, Stored } from './facts.ts';

export type ActionProgress =
  | { readonly is: 'started'; readonly attempt: number }
  /** Its next attempt is due then; or, for a wait, its end. */
  | {
      readonly is: 'waiting';
      readonly attempt: number;
      readonly dueAt: string;
      readonly for: 'retry' | 'time';
    }
  | {
      readonly is: 'unknown';
      readonly attempt: number;
      readonly resolution: UnknownResolution;
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
  /** A person's decision is its outcome. */
  | {
      readonly is: 'deferred';
      readonly attempt: number;
      readonly message: string;
      readonly startedAt: string;
    }
  | { readonly is: 'failed'; readonly attempt: number; readonly failure: Failure }
  | { readonly is: 'cancelled'; readonly attempt: number };

export type OpenRun = Readonly<{
  status: 'open';
  request: RunRequest;
  /** When the first executor took it. */
  startedAt: string | undefined;
  /** By action slug; an action that has not begun is missing. */
  actions: ReadonlyMap<string, ActionProgress>;
  cancel: Readonly<{ by: string; reason?: string }> | undefined;
  isPaused: boolean;
  parked: Readonly<{ cause: ParkCause; message: string; action?: string }> | undefined;
  /** Time that the run was held, by a pause or parked: it does not count against its timeout. */
  heldMs: number;
  heldSince: string | undefined;
  /** Up to where its stream knows of pauses of its workflow and its organisation. */
  heldUntil?: string;
  /** The time that who keeps timers was told. */
  waitingUntil: string | undefined;
}>;

export type EndedRun = Readonly<{
  status: 'ended';
  as: RunConclusion['type'];
  request: RunRequest;
  actions: ReadonlyMap<string, ActionProgress>;
}>;

export type RunState = Readonly<{ status: 'absent' }> | OpenRun | EndedRun;

export const noRun: RunState = { status: 'absent' };

const begun = (request: RunRequest): OpenRun => ({
  status: 'open',
  request,
  startedAt: undefined,
  actions: new Map(),
  cancel: undefined,
  isPaused: false,
  parked: undefined,
  heldMs: 0,
  heldSince: undefined,
  waitingUntil: undefined,
});

/** Folds one fact; total, so that a stream written by another build still folds. */
export const evolveRun = (state: RunState, event: RunEvent): RunState => {
  if (event.type === 'RunRequested') return begun(event.data);
  if (state.status !== 'open') return state;
  switch (event.type) {
    case 'RunStarted':
      return { ...state, startedAt: event.data.at };
    case 'RunCancelRequested':
      return { ...state, cancel: event.data };
    case 'RunPaused':
      return held({ ...state, isPaused: true }, event.data.at);
    case 'RunResumed':
      return released({ ...state, isPaused: false }, event.data.at);
    case 'RunParked':
      return held({ ...state, parked: event.data }, event.data.at);
    case 'RunRedriven':
      return released({ ...state, parked: undefined }, event.data.at);
    case 'RunSucceeded':
    case 'RunFailed':
    case 'RunAborted':
    case 'RunCancelled':
      return { status: 'ended', as: event.type, request: state.request, actions: state.actions };
    case 'RunWaiting':
      return { ...state, waitingUntil: event.data.until };
    case 'RunHeld':
      return heldFor(state, event.data);
    case 'RunTakenAgain':
    case 'ActionCompletedLate':
      return state;
    default:
      return progressed(state, event);
  }
};

const held = (run: OpenRun, at: string): OpenRun => ({ ...run, heldSince: run.heldSince ?? at });

const released = (run: OpenRun, at: string): OpenRun => {
  if (run.isPaused || run.parked || run.heldSince === undefined) return run;
  const heldMs = run.heldMs + Math.max(0, Date.parse(at) - Date.parse(run.heldSince));
  // What it waits for is told again: who keeps timers has forgotten it.
  return { ...run, heldMs, heldSince: undefined, waitingUntil: undefined };
};

/** Pauses of the workflow and of the organisation may overlap: each moment counts once. */
const heldFor = (run: OpenRun, { since, until }: RunHeld['data']): OpenRun => {
  const from = Math.max(...[since, run.startedAt, run.heldUntil].map((time) => Date.parse(time ?? since)));
  // What had not begun has used none of its time.
  const heldMs = run.startedAt === undefined ? 0 : Math.max(0, Date.parse(until) - from);
  const heldUntil = run.heldUntil === undefined ? until : later(until, run.heldUntil);
  return { ...run, heldMs: run.heldMs + heldMs, heldUntil };
};

const later = (a: string, b: string): string => (Date.parse(a) < Date.parse(b) ? b : a);

type ActionEvent = Extract<RunEvent, { readonly data: { readonly slug: string } }>;
type Moving = Exclude<ActionEvent, { readonly type: 'ActionCompletedLate' }>;

const progressed = (run: OpenRun, event: Moving): OpenRun => {
  const { slug } = event.data;
  const moved = { ...run, actions: new Map(run.actions).set(slug, progressOf(event)) };
  // Whoever settles an action of a parked run lets it go on; where more is open, it is parked again for that.
  return event.type === 'ActionSettled' && run.parked
    ? released({ ...moved, parked: undefined }, event.data.at)
    : moved;
};

const progressOf = (event: Moving): ActionProgress => {
  const { attempt } = event.data;
  switch (event.type) {
    case 'ActionStarted':
      return { is: 'started', attempt };
    case 'ActionSucceeded':
    case 'ActionReused': {
      const { output, passed = true, response } = event.data;
      return { is: 'succeeded', attempt, output, passed, ...(response && { response }) };
    }
    case 'ActionFailed':
      return { is: 'failed', attempt, failure: event.data.failure };
    case 'ActionRetryScheduled':
      return { is: 'waiting', attempt, dueAt: event.data.dueAt, for: 'retry' };
    case 'ActionWaiting':
      return { is: 'waiting', attempt, dueAt: event.data.dueAt, for: 'time' };
    case 'ActionDeferred':
      return { is: 'deferred', attempt, message: event.data.message, startedAt: event.data.startedAt };
    case 'ActionOutcomeUnknown': {
      const { resolution, failure } = event.data;
      return { is: 'unknown', attempt, resolution, ...(failure && { failure }) };
    }
    case 'ActionCancelled':
      return { is: 'cancelled', attempt };
    case 'ActionProbed':
      return afterProbe(event.data);
    case 'ActionSettled':
      return afterSettlement(event.data);
  }
};

const afterProbe = (data: Extract<RunEvent, { type: 'ActionProbed' }>['data']): ActionProgress => {
  const { attempt, verdict, output, response } = data;
  if (verdict === 'happened') {
    return {
      is: 'succeeded',
      attempt,
      output: output ?? { json: null },
      passed: true,
      ...(response && { response }),
    };
  }
  return { is: 'unknown', attempt, resolution: verdict === 'not-happened' ? 'retry' : 'park' };
};

const afterSettlement = (data: Extract<RunEvent, { type: 'ActionSettled' }>['data']): ActionProgress => {
  const { attempt, as, output, by, note } = data;
  if (as === 'succeeded') return { is: 'succeeded', attempt, output: output ?? { json: null }, passed: true };
  if (as === 'retry') return { is: 'unknown', attempt, resolution: 'retry' };
  const message = `${by} settled that the request had no effect${note === undefined ? '.' : `: ${note}`}`;
  return { is: 'failed', attempt, failure: { code: 'settled-as-failed', message } };
};
