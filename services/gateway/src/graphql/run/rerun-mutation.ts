import { RerunPreview, type FieldErrors } from '@karrio/contracts';
import { findRun, type RunRow } from '@karrio/read-model';
import { runIdOf } from '../../command/submit.ts';
import { ask } from '../ask.ts';
import { builder, WorkflowEventType } from '../builder.ts';
import { errorsField } from '../payload.ts';
import { change } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { AutomationActionType, AutomationHTTPMethod } from '../enum.ts';

export const PlanChoice = builder.enumType('PlanChoice', {
  description: 'Which definition of the workflow is followed.',
  values: {
    original: { description: 'The one that the run had.' },
    current: { description: 'The one of now.' },
  },
});

type Answer = Readonly<{
  errors: FieldErrors | null;
  workflow_event: RunRow | null;
  preview: RerunPreview | null;
}>;

const RepeatedAction = builder.objectRef<RerunPreview['repeated'][number]>('RepeatedAction').implement({
  description: 'An action that a rerun performs again.',
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'Its slug.' }),
    action_type: t.field({
      type: AutomationActionType,
      description: 'What it does.',
      resolve: ({ actionType }) => actionType,
    }),
    method: t.field({
      type: AutomationHTTPMethod,
      nullable: true,
      description: 'Of an HTTP request: its method.',
      resolve: ({ method }) => method,
    }),
    had_effect: t.boolean({
      description: 'Whether its request left in the run that is repeated, so that it would leave twice.',
      resolve: ({ hadEffect }) => hadEffect,
    }),
  }),
});

const Preview = builder.objectRef<RerunPreview>('RerunPreview').implement({
  description: 'What a rerun would do.',
  fields: (t) => ({
    reused: t.stringList({
      description: 'The slugs of the actions whose outcome is taken over: nothing leaves for them.',
      resolve: ({ reused }) => [...reused],
    }),
    repeated: t.field({
      type: [RepeatedAction],
      description: 'The actions that are performed again.',
      resolve: ({ repeated }) => repeated,
    }),
  }),
});

const RerunMutation = builder.objectRef<Answer>('RerunWorkflowEventMutation').implement({
  description: 'The new run, or what it would be.',
  fields: (t) => ({
    errors: errorsField(t),
    workflow_event: t.field({
      type: WorkflowEventType,
      nullable: true,
      description: 'The new run; null for a preview and where there were errors.',
      resolve: (answer) => answer.workflow_event,
    }),
    preview: t.field({
      type: Preview,
      nullable: true,
      description: 'Where a preview was asked for: what would be done. Nothing was.',
      resolve: ({ preview }) => preview,
    }),
  }),
});

const RerunInput = builder.inputType('RerunWorkflowEventMutationInput', {
  description: 'A run to be repeated.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'The run that is repeated. It must be over.' }),
    from: t.string({
      description:
        'Where to begin: whole, failed (the step that failed), or the slug of an action. whole unless given.',
    }),
    parameters: t.field({
      type: 'JSON',
      description: 'What the new run is given; the same as before unless given. Not with failed.',
    }),
    plan: t.field({ type: PlanChoice, description: 'Which definition it follows; original unless given.' }),
    preview: t.boolean({ description: 'Only say what would be done.' }),
  }),
});

export const addRerunMutation = (): void => {
  builder.mutationFields((t) => ({
    rerun_workflow_event: t.field({
      permission: 'runs:start',
      type: RerunMutation,
      description:
        'Repeats a run that is over, as a new run with an origin. With an Idempotency-Key header, the same key for the same run is the same new run.',
      args: { input: t.arg({ type: RerunInput, required: true, description: 'Which, and from where.' }) },
      resolve: (_, { input }, context, { path }) => {
        const asked = { originId: input.id, from: input.from ?? 'whole', plan: input.plan ?? 'original' };
        return input.preview
          ? preview(context, asked)
          : rerun(context, asked, input.parameters ?? undefined, path.key);
      },
    }),
  }));
};

type Asked = Readonly<{ originId: string; from: string; plan: 'original' | 'current' }>;

const preview = async (context: GraphContext, asked: Asked): Promise<Answer> => {
  const answer = await ask(context, 'command', { name: 'preview_rerun', payload: asked });
  return 'errors' in answer
    ? { errors: answer.errors, workflow_event: null, preview: null }
    : { errors: null, workflow_event: null, preview: RerunPreview.parse(answer.answered) };
};

const rerun = async (
  context: GraphContext,
  asked: Asked,
  parameters: unknown,
  key: string | number,
): Promise<Answer> => {
  const { org, testMode } = viewerOf(context);
  const runId = runIdOf(asked.originId, context.call.idempotencyKey);
  const request = { ...asked, runId, testMode, parameters, depth: context.call.depth };
  const changed = await change('rerun_run', request, context, `${key}.${asked.originId}`);
  if ('errors' in changed) return { errors: changed.errors, workflow_event: null, preview: null };
  return {
    errors: null,
    workflow_event: (await findRun(context.ports.db, org, changed.id)) ?? null,
    preview: null,
  };
};
