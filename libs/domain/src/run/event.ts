import type { ActionType } from '../definition/action.ts';
import { eventGuard, type Event } from '../event.ts';
import type { Json } from '../json.ts';
import type { Failure, RecordedRequest, RecordedResponse, Stored } from './facts.ts';

/** What asked for the run; `auto` is a domain event. */
export const runEventTypes = ['manual', 'scheduled', 'webhook', 'auto'] as const;
export type RunEventType = (typeof runEventTypes)[number];

export type RunRequest = Readonly<{
  workflowId: string;
  /** The content hash of the sealed plan: what ran is what was published. */
  planHash: string;
  eventType: RunEventType;
  testMode: boolean;
  parameters: Json;
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
type RunEnd = Readonly<Pick<RunRequest, 'workflowId' | 'eventType' | 'testMode'> & { at: string }>;

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
 * never came. `resolution` says what the action's method allows.
 */
export type ActionOutcomeUnknown = Event<
  'ActionOutcomeUnknown',
  ActionAttempt &
    Partial<Omit<ActionFailed['data'], keyof ActionAttempt | 'at'>> & {
      resolution: 'retry' | 'fail';
      at: string;
    }
>;
export type RunSucceeded = Event<'RunSucceeded', RunEnd>;
export type RunFailed = Event<'RunFailed', RunEnd & { failure: Failure & { action?: string } }>;
/** A condition was false. */
export type RunAborted = Event<'RunAborted', RunEnd & { condition: string }>;

export type RunEvent =
  | RunRequested
  | RunStarted
  | ActionStarted
  | ActionSucceeded
  | ActionFailed
  | ActionRetryScheduled
  | ActionOutcomeUnknown
  | RunSucceeded
  | RunFailed
  | RunAborted;

export const isRunEvent = eventGuard<RunEvent>({
  RunRequested: true,
  RunStarted: true,
  ActionStarted: true,
  ActionSucceeded: true,
  ActionFailed: true,
  ActionRetryScheduled: true,
  ActionOutcomeUnknown: true,
  RunSucceeded: true,
  RunFailed: true,
  RunAborted: true,
});

export type RunConclusion = RunSucceeded | RunFailed | RunAborted;
