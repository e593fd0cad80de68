import type { ActionType, UnknownResolution } from '../definition/action.ts';
import type { PauseScope } from '../definition/pause.ts';
import { eventGuard, type Event } from '../event.ts';
import type { Json } from '../json.ts';
import type { Failure, RecordedRequest, RecordedResponse, Stored } from './facts.ts';

/** What asked for the run; `auto` is a domain event. */
export const runEventTypes = ['manual', 'scheduled', 'webhook', 'auto'] as const;
export type RunEventType = (typeof runEventTypes)[number];

/** The run that this one repeats, wholly, from its failed step on, or from a step on that somebody chose. */
export type RunOrigin = Readonly<{
  kind: 'whole' | 'from-failed' | 'fork';
  runId: string;
  from: string | null;
}>;

/** The slot of a schedule that a run is for: its name, and when it was due (UTC). `at` of the request is when it ran. */
export type RunSlot = Readonly<{ name: string; dueAt: string }>;

export type RunRequest = Readonly<{
  workflowId: string;
  /** The content hash of the sealed plan: what ran is what was published. */
  planHash: string;
  eventType: RunEventType;
  testMode: boolean;
  parameters: Json;
  origin?: RunOrigin;
  /** The trigger that started it; none where somebody asked for it by the workflow. */
  triggerId?: string;
  slot?: RunSlot;
  /** How many runs led to it, each of which started the next; missing where none did. */
  depth?: number;
  at: string;
}>;

/** Which try of which action; `attempt` counts from 1. */
export type ActionAttempt = Readonly<{
  slug: string;
  actionId: string;
  actionType: ActionType;
  order: number;
  attempt: number;
}>;

/** A terminal fact repeats what a subscriber needs to recognise its run without reading the stream. */
type RunEnd = Readonly<Pick<RunRequest, 'workflowId' | 'eventType' | 'testMode' | 'depth'> & { at: string }>;

export type RunRequested = Event<'RunRequested', RunRequest>;
export type RunStarted = Event<'RunStarted', { at: string }>;
/** Durable before an effect leaves; an action without an outside effect has none. */
export type ActionStarted = Event<
  'ActionStarted',
  ActionAttempt & { request: RecordedRequest; idempotencyKey: string; at: string }
>;
export type ActionSucceeded = Event<
  'ActionSucceeded',
  ActionAttempt & {
    output: Stored;
    /** What a condition decided. */
    passed?: boolean;
    response?: RecordedResponse;
    startedAt: string;
    at: string;
  }
>;
export type ActionFailed = Event<
  'ActionFailed',
  ActionAttempt & {
    failure: Failure;
    output?: Stored;
    response?: RecordedResponse;
    startedAt: string;
    at: string;
  }
>;
/** The attempt failed, and the next one is due at a time that is settled. */
export type ActionRetryScheduled = Event<'ActionRetryScheduled', ActionFailed['data'] & { dueAt: string }>;
/**
 * The request may have left, and no answer is known: the process died, or, with a failure that says so, the answer
 * never came. `resolution` is what the action's policy says about it.
 */
export type ActionOutcomeUnknown = Event<
  'ActionOutcomeUnknown',
  ActionAttempt &
    Partial<Omit<ActionFailed['data'], keyof ActionAttempt | 'at'>> & {
      resolution: UnknownResolution;
      at: string;
    }
>;
/** What the receiver said when it was asked whether an unanswered request took effect. */
export type ActionProbed = Event<
  'ActionProbed',
  ActionAttempt & {
    verdict: 'happened' | 'not-happened' | 'unclear';
    request?: RecordedRequest;
    response?: RecordedResponse;
    output?: Stored;
    failure?: Failure;
    startedAt: string;
    at: string;
  }
>;
/** A person decided what became of a request that nobody has an answer to. */
export type ActionSettled = Event<
  'ActionSettled',
  ActionAttempt & {
    as: 'succeeded' | 'failed' | 'retry';
    output?: Stored;
    note?: string;
    by: string;
    at: string;
  }
>;
/** A wait action lets its time pass. */
export type ActionWaiting = Event<'ActionWaiting', ActionAttempt & { dueAt: string; at: string }>;
/** It is answered, and its outcome is a person's decision that is still to be made: `output` says which. */
export type ActionDeferred = Event<
  'ActionDeferred',
  ActionAttempt & { output: Stored; message: string; startedAt: string; at: string }
>;
/** The engine gave up on a request under way; whether it took effect is not known. */
export type ActionCancelled = Event<
  'ActionCancelled',
  ActionAttempt & { because: AbortCause; startedAt: string; at: string }
>;
/** An outcome that came after its executor had lost the run. It is here to be known, and changes nothing. */
export type ActionCompletedLate = Event<
  'ActionCompletedLate',
  ActionAttempt & {
    succeeded: boolean;
    failure?: Failure;
    output?: Stored;
    response?: RecordedResponse;
    startedAt: string;
    at: string;
  }
>;
/** A run that repeats another took this action's outcome from it. */
export type ActionReused = Event<
  'ActionReused',
  ActionAttempt & { runId: string; output: Stored; passed?: boolean; response?: RecordedResponse; at: string }
>;
/** Nothing is to do before a time; who keeps timers wakes the run then. */
export type RunWaiting = Event<'RunWaiting', { until: string; at: string }>;
export type RunPaused = Event<'RunPaused', { by: string; at: string }>;
export type RunResumed = Event<'RunResumed', { by: string; at: string }>;
/** Its workflow or its organisation was paused for a time, which does not count against its timeout. */
export type RunHeld = Event<
  'RunHeld',
  { scope: PauseScope; since: string; until: string; by: string; reason?: string; at: string }
>;
/**
 * An executor took a run that had been delivered several times and had come no further. Durable before anything is
 * done with it: a run that ends its executors is known by these.
 */
export type RunTakenAgain = Event<'RunTakenAgain', { deliveries: number; at: string }>;
/** The run waits for a person. */
export type RunParked = Event<
  'RunParked',
  { cause: ParkCause; message: string; action?: string; at: string }
>;
/** A person said that it goes on. */
export type RunRedriven = Event<'RunRedriven', { by: string; at: string }>;
export type RunCancelRequested = Event<'RunCancelRequested', { by: string; reason?: string; at: string }>;
export type RunSucceeded = Event<'RunSucceeded', RunEnd>;
export type RunFailed = Event<'RunFailed', RunEnd & { failure: Failure & { action?: string } }>;
/** A condition was false. */
export type RunAborted = Event<'RunAborted', RunEnd & { condition: string }>;
export type RunCancelled = Event<'RunCancelled', RunEnd & { by: string; reason?: string }>;

export const abortCauses = ['run-cancelled', 'run-timed-out', 'sibling-failed'] as const;
export type AbortCause = (typeof abortCauses)[number];

/**
 * `executor-failed`: each executor that took the run died or met a fault of its own. `rate-held`: a shipping rule
 * holds the run's rate for a person.
 */
export const parkCauses = ['outcome-unknown', 'executor-failed', 'rate-held'] as const;
export type ParkCause = (typeof parkCauses)[number];

export type RunEvent =
  | RunRequested
  | RunStarted
  | ActionStarted
  | ActionSucceeded
  | ActionFailed
  | ActionRetryScheduled
  | ActionOutcomeUnknown
  | ActionProbed
  | ActionSettled
  | ActionWaiting
  | ActionDeferred
  | ActionCancelled
  | ActionCompletedLate
  | ActionReused
  | RunWaiting
  | RunHeld
  | RunPaused
  | RunResumed
  | RunTakenAgain
  | RunParked
  | RunRedriven
  | RunCancelRequested
  | RunConclusion;

export const isRunEvent = eventGuard<RunEvent>({
  RunRequested: true,
  RunStarted: true,
  ActionStarted: true,
  ActionSucceeded: true,
  ActionFailed: true,
  ActionRetryScheduled: true,
  ActionOutcomeUnknown: true,
  ActionProbed: true,
  ActionSettled: true,
  ActionWaiting: true,
  ActionDeferred: true,
  ActionCancelled: true,
  ActionCompletedLate: true,
  ActionReused: true,
  RunWaiting: true,
  RunHeld: true,
  RunPaused: true,
  RunResumed: true,
  RunTakenAgain: true,
  RunParked: true,
  RunRedriven: true,
  RunCancelRequested: true,
  RunSucceeded: true,
  RunFailed: true,
  RunAborted: true,
  RunCancelled: true,
});

export type RunConclusion = RunSucceeded | RunFailed | RunAborted | RunCancelled;
