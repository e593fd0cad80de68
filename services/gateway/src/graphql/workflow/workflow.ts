import type { WorkflowRow } from '@karrio/read-model';
import { AutomationTriggerType, DefinitionOrderEnum, FailurePolicyEnum } from '../enum.ts';
import {
  builder,
  WorkflowActionType,
  WorkflowTriggerType,
  WorkflowType,
  type BuilderTypes,
} from '../builder.ts';
import { connectionOf, pageFields, pageOf } from '../page.ts';
import { PauseType } from '../run/pause.ts';
import { viewerOf } from '../context.ts';
import { runFilterOf, WorkflowEventFilter } from '../run/workflow-event-filter.ts';
import { WorkflowEventTypeConnection } from '../run/workflow-event.ts';
import { definitionFields } from './definition-fields.ts';
import { WorkflowActionNodeType } from './workflow-action-node.ts';

type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, WorkflowRow>;

const pauseFields = (t: Fields) => ({
  is_paused: t.boolean({
    description: 'Whether its runs are held; is_active says whether it accepts new ones.',
    resolve: async ({ id, org_id }, _, { call }) =>
      (await call.loaders(org_id).pauseOf.load(id)) !== undefined,
  }),
  pause: t.field({
    type: PauseType,
    nullable: true,
    description: 'Since when its runs are held, by whom and why; null where they are not.',
    resolve: ({ id, org_id }, _, { call }) => call.loaders(org_id).pauseOf.load(id),
  }),
});

/** What its runs may do, and what a failure means. */
const limitFields = (t: Fields) => ({
  run_timeout_ms: t.exposeFloat('run_timeout_ms', {
    nullable: true,
    description: 'How long a run may take, in milliseconds; null: as long as it takes.',
  }),
  on_failure: t.expose('on_failure', {
    type: FailurePolicyEnum,
    description: 'What a failed action means for those of the same order.',
  }),
});

const triggerFields = (t: Fields) => ({
  trigger: t.field({
    type: WorkflowTriggerType,
    nullable: true,
    description: 'Its first trigger; null where it has none.',
    resolve: async ({ id, org_id }, _, { call }) =>
      (await call.loaders(org_id).triggersOf.load(id))[0] ?? null,
  }),
  triggers: t.field({
    type: [WorkflowTriggerType],
    description: 'All that starts it, the oldest first.',
    resolve: ({ id, org_id }, _, { call }) => call.loaders(org_id).triggersOf.load(id),
  }),
});

export const addWorkflow = (): void => {
  builder.objectType(WorkflowType, {
    description: 'Actions in their order, and what starts them.',
    fields: (t) => ({
      ...definitionFields(t, 'workflow'),
      name: t.exposeString('name', { description: 'What people call it.' }),
      description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
      is_active: t.exposeBoolean('is_active', {
        description: 'Whether it accepts new runs. Runs under way end in either case.',
      }),
      metadata: t.expose('metadata', { type: 'JSON', nullable: true, description: 'Your own data.' }),
      ...pauseFields(t),
      ...limitFields(t),
      action_nodes: t.field({
        type: [WorkflowActionNodeType],
        description: 'Which actions run, and in which order.',
        resolve: ({ action_nodes }) => action_nodes,
      }),
      actions: t.field({
        type: [WorkflowActionType],
        description: 'The actions that action_nodes name, each once.',
        resolve: async ({ org_id, action_nodes }, _, { call }) => {
          const slugs = [...new Set(action_nodes.map(({ slug }) => slug))];
          const rows = await call.loaders(org_id).actionBySlug.loadMany(slugs);
          return rows.map(rowOrThrow).filter((row) => row !== undefined);
        },
      }),
      ...triggerFields(t),
      events: t.field({
        type: WorkflowEventTypeConnection,
        description: 'Its runs, newest first.',
        args: { filter: t.arg({ type: WorkflowEventFilter, description: 'Which runs, and which page.' }) },
        resolve: async ({ id, org_id }, { filter }, context) => {
          const { testMode } = viewerOf(context);
          const runs = { ...runFilterOf(filter), test_mode: testMode };
          await context.ports.acceptedRuns.allShown(org_id);
          return connectionOf(await context.call.loaders(org_id).runsOf(runs, pageOf(filter)).load(id));
        },
      }),
    }),
  });
};

/** What a batch gives for a key whose read failed. */
const rowOrThrow = <Row>(row: Row | Error): Row => {
  if (row instanceof Error) throw row;
  return row;
};

export const WorkflowFilter = builder.inputType('WorkflowFilter', {
  description: 'Which workflows, and which page of them.',
  fields: (t) => ({
    ...pageFields(t),
    order_by: t.field({ type: DefinitionOrderEnum, description: 'In which order; newest unless given.' }),
    keyword: t.string({ description: 'A part of the name, the slug or the description, or the id.' }),
    trigger_type: t.field({ type: AutomationTriggerType, description: 'Those that this starts.' }),
    is_active: t.boolean({ description: 'Those that accept runs, or those that do not.' }),
  }),
});
