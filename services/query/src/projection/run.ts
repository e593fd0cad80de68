import type { RunConclusion, RunEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { RunFailure, RunRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

/**
 * What the run does is said whole by each event of a step; what holds it is in columns of its own, which only
 * the events about it change. So a change needs nothing of the row it changes.
 */
export const runChange = (id: string, event: Recorded<RunEvent>): RowChange<RunRow> => {
  const { type, data } = event;
  if (type === 'RunRequested') return { created: requested(id, event.metadata, data, event) };
  const { revision, position } = event;
  const said = { id, updated_at: data.at, revision, position: String(position) };
  return { changed: { ...said, ...columnsOf(event) } };
};

const isNow = (status: RunRow['status'], columns?: Partial<RunRow>): Partial<RunRow> => ({
  status,
  state: null,
  waiting_until: null,
  ...columns,
});

const isOver = (status: RunRow['status'], at: string, columns?: Partial<RunRow>): Partial<RunRow> =>
  isNow(status, { is_paused: false, parked: null, ended_at: at, ...columns });

const columnsOf = (event: Exclude<RunEvent, { type: 'RunRequested' }>): Partial<RunRow> => {
  const { type, data } = event;
  switch (type) {
    case 'RunStarted':
      return isNow('running', { started_at: data.at });
    case 'ActionStarted':
    case 'ActionSucceeded':
    case 'ActionFailed':
    case 'ActionProbed':
    case 'ActionCancelled':
    case 'ActionReused':
    case 'ActionDeferred':
      return isNow('running');
    case 'ActionRetryScheduled':
    case 'ActionWaiting':
      return isNow('running', { state: 'waiting', waiting_until: data.dueAt });
    case 'RunWaiting':
      return isNow('running', { state: 'waiting', waiting_until: data.until });
    case 'ActionOutcomeUnknown':
      return isNow('running', { state: 'outcome_unknown' });
    case 'RunHeld':
    case 'RunTakenAgain':
    case 'ActionCompletedLate':
      return {};
    case 'RunSucceeded':
    case 'RunFailed':
    case 'RunAborted':
    case 'RunCancelled':
      return endOf(event);
    default:
      return holdOf(event);
  }
};

type Hold = Extract<
  RunEvent,
  {
    readonly type:
      'RunPaused' | 'RunResumed' | 'RunParked' | 'RunRedriven' | 'ActionSettled' | 'RunCancelRequested';
  }
>;

const holdOf = ({ type, data }: Hold): Partial<RunRow> => {
  switch (type) {
    case 'RunPaused':
      return { is_paused: true };
    case 'RunResumed':
      return { is_paused: false };
    case 'RunParked': {
      const { cause, message, action, at } = data;
      return { parked: { cause, message, ...(action !== undefined && { action }), since: at } };
    }
    case 'RunRedriven':
      return { parked: null };
    case 'ActionSettled':
      return isNow('running', { parked: null });
    case 'RunCancelRequested': {
      const { by, reason, at } = data;
      return { cancel: { by, ...(reason !== undefined && { reason }), at } };
    }
  }
};

const endOf = ({ type, data }: RunConclusion): Partial<RunRow> => {
  switch (type) {
    case 'RunSucceeded':
      return isOver('success', data.at);
    case 'RunFailed': {
      const state = data.failure.code === 'outcome-unknown' ? 'outcome_unknown' : null;
      return isOver('failed', data.at, { state, failure: data.failure });
    }
    case 'RunAborted':
      return isOver('aborted', data.at, { failure: conditionFalse(data.condition) });
    case 'RunCancelled':
      return isOver('cancelled', data.at);
  }
};

const requested = (
  id: string,
  metadata: Recorded['metadata'],
  data: Extract<RunEvent, { type: 'RunRequested' }>['data'],
  { revision, position }: Pick<Recorded, 'revision' | 'position'>,
): RunRow => ({
  id,
  org_id: metadata.org,
  workflow_id: data.workflowId,
  plan_hash: data.planHash,
  status: 'pending',
  state: null,
  event_type: data.eventType,
  test_mode: data.testMode,
  parameters: data.parameters,
  failure: null,
  actor: metadata.actor,
  request_id: metadata.$correlationId,
  created_at: data.at,
  started_at: null,
  ended_at: null,
  updated_at: data.at,
  revision,
  position: String(position),
  is_paused: false,
  parked: null,
  waiting_until: null,
  cancel: null,
  origin: data.origin ?? null,
  trigger_id: data.triggerId ?? null,
  slot: data.slot ?? null,
});

const conditionFalse = (slug: string): RunFailure => ({
  code: 'condition-false',
  message: `The condition ${slug} was false, so the run ended there.`,
  action: slug,
});
