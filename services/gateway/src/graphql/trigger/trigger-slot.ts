import { listSlots, type SlotStatus, type TriggerSlotRow } from '@karrio/read-model';
import { builder } from '../builder.ts';
import { connectionType } from '../connection/connection.ts';
import { viewerOf } from '../context.ts';
import { connectionOf, pageFields, pageOf } from '../page.ts';

const SlotStatusEnum = builder.enumType('SlotStatusEnum', {
  description: 'What became of a slot of a schedule.',
  values: {
    fired: { description: 'Its run was started in time, or when its turn came.' },
    caught_up: { description: 'Its run was started after the engine had been down.' },
    queued: { description: 'It waits until the open run of its trigger has ended.' },
    skipped: { description: 'No run: reason says why.' },
    refused: { description: 'No run: it was asked for, and refused; reason and message say why.' },
  } satisfies Record<SlotStatus, object>,
});

const TriggerSlotType = builder.objectRef<TriggerSlotRow>('TriggerSlotType');
TriggerSlotType.implement({
  description: 'A slot of a schedule, or slots in a row that were skipped for the same reason.',
  fields: (t) => ({
    trigger_id: t.exposeString('trigger_id', { description: 'Whose slot it is.' }),
    workflow_id: t.exposeString('workflow_id', { description: 'The workflow that the trigger starts.' }),
    slot: t.exposeString('slot', {
      description: 'The slot as the clocks of its place show it, such as 2026-03-29T02:30:00+01:00.',
    }),
    due_at: t.expose('due_at', { type: 'DateTime', description: 'When it was due.' }),
    last_slot: t.exposeString('last_slot', { description: 'The last of those that were skipped with it.' }),
    last_due_at: t.expose('last_due_at', { type: 'DateTime', description: 'When that one was due.' }),
    count: t.exposeInt('count', { description: 'How many slots this is about.' }),
    count_is_exact: t.boolean({
      description: 'False where there are more than count says.',
      resolve: ({ is_more }) => !is_more,
    }),
    status: t.expose('status', { type: SlotStatusEnum, description: 'What became of it.' }),
    reason: t.exposeString('reason', {
      nullable: true,
      description:
        'Why it has no run: clock-change, missed, paused, workflow-inactive, overlap, superseded or deleted; of one that was refused the code of the refusal.',
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'Why its run was refused, and what to do about it.',
    }),
    decided_at: t.expose('decided_at', { type: 'DateTime', description: 'When this was decided.' }),
    run_id: t.exposeString('run_id', { nullable: true, description: 'Its run: the id of a workflow event.' }),
  }),
});

const TriggerSlotFilter = builder.inputType('TriggerSlotFilter', {
  description: 'Which slots, and which page of them.',
  fields: (t) => ({
    ...pageFields(t),
    trigger_id: t.string({ required: true, description: 'The trigger.' }),
    status: t.field({ type: SlotStatusEnum, description: 'Those of which this became.' }),
    due_after: t.field({ type: 'DateTime', description: 'Those due then or later.' }),
    due_before: t.field({ type: 'DateTime', description: 'Those due before.' }),
  }),
});

const TriggerSlotTypeConnection = connectionType('TriggerSlotType', TriggerSlotType);

/** The ledger of a schedule. */
export const addTriggerSlots = (): void => {
  builder.queryFields((t) => ({
    trigger_slots: t.field({
      permission: 'runs:read',
      type: TriggerSlotTypeConnection,
      description: 'What became of each slot of a scheduled trigger, the newest first.',
      args: {
        filter: t.arg({ type: TriggerSlotFilter, required: true, description: 'Which, and which page.' }),
      },
      resolve: async (_, { filter }, context) =>
        connectionOf(await listSlots(context.ports.db, viewerOf(context).org, filter, pageOf(filter))),
    }),
  }));
};
