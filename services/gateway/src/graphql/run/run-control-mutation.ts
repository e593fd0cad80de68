import type { CommandName, CommandPayload } from '@karrio/contracts';
import { findRun, type RunRow } from '@karrio/read-model';
import { builder, WorkflowEventType, type BuilderTypes } from '../builder.ts';
import { change } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { payloadOf, payloadType } from '../payload.ts';

const Settlement = builder.enumType('SettlementEnum', {
  description: 'What became of a request that nobody has an answer to.',
  values: {
    succeeded: { description: 'It took effect: the run goes on as after a success.' },
    failed: { description: 'It had no effect: the run goes on as after a failure.' },
    retry: { description: 'It is sent again, under the same Idempotency-Key.' },
  } satisfies Record<CommandPayload<'settle_run_action'>['as'], object>,
});

const which = (t: Fields) => t.string({ required: true, description: 'The id of the run.' });
type Fields = PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>;

const CancelWorkflowEventMutationInput = builder.inputType('CancelWorkflowEventMutationInput', {
  description: 'A run to be cancelled.',
  fields: (t) => ({
    id: which(t),
    reason: t.string({ description: 'Why; shown with the run. At most 500 characters.' }),
  }),
});

const inputOf = (name: string, description: string) =>
  builder.inputType(`${name}MutationInput`, { description, fields: (t) => ({ id: which(t) }) });

const PauseWorkflowEventMutationInput = inputOf('PauseWorkflowEvent', 'A run to be paused.');
const ResumeWorkflowEventMutationInput = inputOf('ResumeWorkflowEvent', 'A run that goes on.');
const RedriveWorkflowEventMutationInput = inputOf('RedriveWorkflowEvent', 'A parked run that goes on.');

const SettleWorkflowEventMutationInput = builder.inputType('SettleWorkflowEventMutationInput', {
  description: 'What became of an action that a run is parked for.',
  fields: (t) => ({
    id: which(t),
    action: t.string({ required: true, description: 'The slug of the action.' }),
    as: t.field({ type: Settlement, required: true, description: 'What became of its request.' }),
    output: t.field({
      type: 'JSON',
      description: 'Of one that succeeded: what it answered, for the actions after it.',
    }),
    note: t.string({ description: 'How this is known; shown in the timeline. At most 500 characters.' }),
  }),
});

const payload = (name: string) => payloadType(`${name}Mutation`, 'workflow_event', WorkflowEventType);
const CancelWorkflowEventMutation = payload('CancelWorkflowEvent');
const PauseWorkflowEventMutation = payload('PauseWorkflowEvent');
const ResumeWorkflowEventMutation = payload('ResumeWorkflowEvent');
const RedriveWorkflowEventMutation = payload('RedriveWorkflowEvent');
const SettleWorkflowEventMutation = payload('SettleWorkflowEvent');

/** What people do to a run that is there. */
export const addRunControlMutations = (): void => {
  builder.mutationFields((t) => ({
    cancel_workflow_event: t.field({
      permission: 'runs:control',
      type: CancelWorkflowEventMutation,
      description:
        'Ends a run: no further action begins, and a request under way is given up. Once cancelled, it stays so.',
      args: {
        input: t.arg({ type: CancelWorkflowEventMutationInput, required: true, description: 'Which one.' }),
      },
      resolve: (_, { input }, context, { path }) => controlled('cancel_run', input, context, path.key),
    }),
    pause_workflow_event: t.field({
      permission: 'runs:control',
      type: PauseWorkflowEventMutation,
      description: 'Stops a run after the requests that are under way. Its timeout stands still.',
      args: {
        input: t.arg({ type: PauseWorkflowEventMutationInput, required: true, description: 'Which one.' }),
      },
      resolve: (_, { input }, context, { path }) => controlled('pause_run', input, context, path.key),
    }),
    resume_workflow_event: t.field({
      permission: 'runs:control',
      type: ResumeWorkflowEventMutation,
      description: 'Lets a paused run go on.',
      args: {
        input: t.arg({ type: ResumeWorkflowEventMutationInput, required: true, description: 'Which one.' }),
      },
      resolve: (_, { input }, context, { path }) => controlled('resume_run', input, context, path.key),
    }),
  }));
  addParkedRunMutations();
};

const addParkedRunMutations = (): void => {
  builder.mutationFields((t) => ({
    redrive_workflow_event: t.field({
      permission: 'runs:control',
      type: RedriveWorkflowEventMutation,
      description:
        'Lets a run go on that was parked for a fault of the engine. One that is parked for an unknown outcome is settled instead.',
      args: {
        input: t.arg({ type: RedriveWorkflowEventMutationInput, required: true, description: 'Which one.' }),
      },
      resolve: (_, { input }, context, { path }) => controlled('redrive_run', input, context, path.key),
    }),
    settle_workflow_event: t.field({
      permission: 'runs:control',
      type: SettleWorkflowEventMutation,
      description: 'Says what became of a request that nobody has an answer to, and lets its run go on.',
      args: {
        input: t.arg({ type: SettleWorkflowEventMutationInput, required: true, description: 'What it is.' }),
      },
      resolve: (_, { input }, context, { path }) => controlled('settle_run_action', input, context, path.key),
    }),
  }));
};

const controlled = async (
  name: CommandName,
  input: Readonly<{ id: string }>,
  context: GraphContext,
  key: string | number,
) => {
  const changed = await change(name, input, context, `${key}.${input.id}`);
  return payloadOf<RunRow>(changed, (id) => findRun(context.ports.db, viewerOf(context).org, id));
};
