import type { SlotEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { TriggerSlotRow } from '@karrio/read-model';

/** Each event has the row as a whole: a slot that waited, or whose run was refused, is told of again. */
export const triggerSlotChange = (
  triggerId: string,
  event: Recorded<SlotEvent>,
): Readonly<{ created: TriggerSlotRow }> => ({
  created: {
    trigger_id: triggerId,
    org_id: event.metadata.org,
    workflow_id: event.data.workflowId,
    ...told(event),
    decided_at: event.data.at,
    revision: event.revision,
  },
});

type Told = Omit<TriggerSlotRow, 'trigger_id' | 'org_id' | 'workflow_id' | 'decided_at' | 'revision'>;

const told = ({ type, data }: Recorded<SlotEvent>): Told => {
  switch (type) {
    case 'OccurrenceFired':
      return one(data.slot, { status: 'fired', run_id: data.runId });
    case 'OccurrenceCaughtUp':
      return one(data.slot, { status: 'caught_up', run_id: data.runId });
    case 'OccurrenceQueued':
      return one(data.slot, { status: 'queued' });
    case 'OccurrenceRefused':
      return one(data.slot, { status: 'refused', reason: data.code, message: data.message });
    case 'OccurrenceSkipped': {
      const { first, last, count, isMore = false, why } = data;
      const row = one(first, { status: 'skipped', reason: why });
      return { ...row, last_slot: last.name, last_due_at: last.dueAt, count, is_more: isMore };
    }
  }
};

type Outcome = Pick<Told, 'status'> & Partial<Pick<Told, 'reason' | 'message' | 'run_id'>>;

const one = ({ name, dueAt }: Readonly<{ name: string; dueAt: string }>, outcome: Outcome): Told => ({
  slot: name,
  last_slot: name,
  due_at: dueAt,
  last_due_at: dueAt,
  count: 1,
  is_more: false,
  reason: null,
  message: null,
  run_id: null,
  ...outcome,
});
