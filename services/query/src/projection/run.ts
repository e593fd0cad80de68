import type { RunEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { RunFailure, RunRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

/** Every event says the whole of `status` and `state`, so a change needs nothing of the row it changes. */
export const runChange = (id: string, event: Recorded<RunEvent>): RowChange<RunRow> => {
  const { type, data } = event;
  const { at } = data;
  const isNow = (status: RunRow['status'], columns?: Partial<RunRow>): RowChange<RunRow> => ({
    changed: {
      id,
      status,
      state: null,
      updated_at: at,
      revision: event.revision,
      position: String(event.position),
      ...columns,
    },
  });
  const moved = {
    changed: { id, updated_at: at, revision: event.revision, position: String(event.position) },
  };
  switch (type) {
    case 'RunRequested':
      return { created: requested(id, event.metadata, data, event) };
    case 'RunStarted':
      return isNow('running', { started_at: at });
    case 'ActionStarted':
    case 'ActionSucceeded':
    case 'ActionFailed':
    case 'ActionProbed':
    case 'ActionSettled':
    case 'ActionCancelled':
    case 'ActionReused':
    case 'RunResumed':
    case 'RunRedriven':
    case 'RunCancelRequested':
      return isNow('running');
    case 'ActionRetryScheduled':
    case 'ActionWaiting':
    case 'RunWaiting':
      return isNow('running', { state: 'waiting' });
    case 'RunPaused':
      return isNow('running', { state: 'paused' });
    case 'RunParked':
      return isNow('running', { state: 'parked' });
    case 'ActionCompletedLate':
      return moved;
    case 'ActionOutcomeUnknown':
      return isNow('running', { state: 'outcome_unknown' });
    case 'RunSucceeded':
      return isNow('success', { ended_at: at });
    case 'RunFailed':
      return isNow('failed', {
        state: data.failure.code === 'outcome-unknown' ? 'outcome_unknown' : null,
        failure: data.failure,
        ended_at: at,
      });
    case 'RunAborted':
      return isNow('aborted', { failure: conditionFalse(data.condition), ended_at: at });
    case 'RunCancelled':
      return isNow('cancelled', { ended_at: at });
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
});

const conditionFalse = (slug: string): RunFailure => ({
  code: 'condition-false',
  message: `The condition ${slug} was false, so the run ended there.`,
  action: slug,
});
