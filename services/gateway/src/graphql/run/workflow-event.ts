import { recordsOfRun, runStateOf, type RunRow } from '@karrio/read-model';
import { durationMs } from '../../run/run-answer.ts';
import { AutomationEventStatus, AutomationEventType } from '../enum.ts';
import {
  builder,
  TracingRecordType,
  WorkflowEventType,
  WorkflowType,
  type BuilderTypes,
} from '../builder.ts';
import { connectionType } from '../connection/connection.ts';

export const addWorkflowEvent = (): void => {
  builder.objectType(WorkflowEventType, {
    description: 'A run of a workflow.',
    fields: (t) => ({
      object_type: t.string({ description: 'Always workflow_event.', resolve: () => 'workflow_event' }),
      id: t.exposeString('id', { description: 'Its id, for ever.' }),
      test_mode: t.exposeBoolean('test_mode', { description: 'Whether it was started with a test key.' }),
      status: t.expose('status', { type: AutomationEventStatus, description: 'How far it is.' }),
      ...holdFields(t),
      ...causeFields(t),
      parameters: t.expose('parameters', { type: 'JSON', nullable: true, description: 'What it was given.' }),
      failure: t.expose('failure', {
        type: 'JSON',
        nullable: true,
        description: 'Why it did not succeed: code, message, and the action or the condition.',
      }),
      plan_hash: t.exposeString('plan_hash', {
        description: 'The content hash of what it runs: the workflow as it was when the run was asked for.',
      }),
      ...timeFields(t),
      workflow_id: t.exposeString('workflow_id', { description: 'The id of its workflow.' }),
      workflow: t.field({
        type: WorkflowType,
        description: 'The workflow as it is now; plan_hash names what ran.',
        resolve: async ({ workflow_id, org_id }, _, { call }) => {
          const row = await call.loaders(org_id).workflow.load(workflow_id);
          if (!row) throw new Error(`the read models have a run of the unknown workflow ${workflow_id}`);
          return row;
        },
      }),
      records: t.field({
        type: [TracingRecordType],
        description: 'Its timeline, newest first.',
        resolve: async (run, _, { call }) => {
          const { actionsOfRun, notesOfRun } = call.loaders(run.org_id);
          const [actions, notes] = await Promise.all([actionsOfRun.load(run.id), notesOfRun.load(run.id)]);
          return recordsOfRun(run, actions, notes).toReversed();
        },
      }),
    }),
  });
};

type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, RunRow>;

const ParkedType = builder.objectRef<NonNullable<RunRow['parked']>>('ParkedType').implement({
  description: 'Why a run waits for a person.',
  fields: (t) => ({
    cause: t.exposeString('cause', {
      description:
        'outcome-unknown: nobody knows what became of a request; executor-failed: a fault of ours.',
    }),
    message: t.exposeString('message', { description: 'What happened, and what to do about it.' }),
    action: t.string({
      nullable: true,
      description: 'The slug of the action that it is about.',
      resolve: ({ action }) => action ?? null,
    }),
    since: t.expose('since', { type: 'DateTime', description: 'Since when.' }),
  }),
});

const holdFields = (t: Fields) => ({
  state: t.string({
    nullable: true,
    description:
      'What status is too coarse to say: waiting, held, paused, parked, cancelling or outcome_unknown.',
    resolve: async (run, _, { call }) => {
      const { workflow_id, org_id, ended_at } = run;
      if (ended_at !== null) return runStateOf(run, false);
      const { pauseOf } = call.loaders(org_id);
      const pauses = await Promise.all([pauseOf.load(workflow_id), pauseOf.load(org_id)]);
      return runStateOf(
        run,
        pauses.some((pause) => pause !== undefined),
      );
    },
  }),
  waiting_until: t.expose('waiting_until', {
    type: 'DateTime',
    nullable: true,
    description: 'When the next attempt is due, or its wait is over.',
  }),
  parked: t.field({
    type: ParkedType,
    nullable: true,
    description: 'Why it waits for a person; null where it does not.',
    resolve: ({ parked }) => parked,
  }),
  cancelled_by: t.string({
    nullable: true,
    description: 'Who asked for its end: the id of their API key.',
    resolve: ({ cancel }) => cancel?.by ?? null,
  }),
  cancel_reason: t.string({
    nullable: true,
    description: 'Why it was to end, as they said.',
    resolve: ({ cancel }) => cancel?.reason ?? null,
  }),
});

const causeFields = (t: Fields) => ({
  event_type: t.expose('event_type', { type: AutomationEventType, description: 'What asked for it.' }),
  trigger_id: t.exposeString('trigger_id', {
    nullable: true,
    description: 'The trigger that started it; null where somebody asked for it by the workflow.',
  }),
  slot: t.string({
    nullable: true,
    description: 'Of a schedule: the slot that it is for, as its clocks show it.',
    resolve: ({ slot }) => slot?.name ?? null,
  }),
  due_at: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'Of a schedule: when that slot was due; created_at is when the run was asked for.',
    resolve: ({ slot }) => slot?.dueAt ?? null,
  }),
});

const timeFields = (t: Fields) => ({
  created_at: t.expose('created_at', { type: 'DateTime', description: 'When it was asked for.' }),
  updated_at: t.expose('updated_at', {
    type: 'DateTime',
    description: 'When something last happened to it.',
  }),
  started_at: t.expose('started_at', { type: 'DateTime', nullable: true, description: 'When it began.' }),
  ended_at: t.expose('ended_at', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
  duration_ms: t.int({
    nullable: true,
    description: 'From its beginning to its end, in milliseconds.',
    resolve: durationMs,
  }),
});

export const WorkflowEventTypeConnection = connectionType('WorkflowEventType', WorkflowEventType);
