import type { FieldErrors } from '@karrio/contracts';
import { findPauses, findWorkflow, type CurrentPause } from '@karrio/read-model';
import { builder, WorkflowType } from '../builder.ts';
import { change } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { errorsField, payloadOf, payloadType } from '../payload.ts';

export const PauseType = builder.objectRef<CurrentPause>('PauseType').implement({
  description: 'Since when runs are held, by whom and why.',
  fields: (t) => ({
    since: t.expose('paused_at', { type: 'DateTime', description: 'Since when.' }),
    by: t.exposeString('paused_by', { description: 'Who paused them: the id of their API key.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, as they said.' }),
  }),
});

const why = 'Why; shown with the pause and with each run that it held. At most 500 characters.';

const PauseWorkflowInput = builder.inputType('PauseWorkflowMutationInput', {
  description: 'A workflow whose runs are to be held.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'The workflow.' }),
    reason: t.string({ description: why }),
  }),
});

const ResumeWorkflowInput = builder.inputType('ResumeWorkflowMutationInput', {
  description: 'A workflow whose runs go on.',
  fields: (t) => ({ id: t.string({ required: true, description: 'The workflow.' }) }),
});

const PauseOrganizationInput = builder.inputType('PauseOrganizationMutationInput', {
  description: 'That all runs of your organisation are to be held.',
  fields: (t) => ({ reason: t.string({ description: why }) }),
});

const PauseWorkflowMutation = payloadType('PauseWorkflowMutation', 'workflow', WorkflowType);
const ResumeWorkflowMutation = payloadType('ResumeWorkflowMutation', 'workflow', WorkflowType);

type OrganizationPause = Readonly<{ errors: FieldErrors | null; pause: CurrentPause | null }>;

const OrganizationPauseMutation = builder
  .objectRef<OrganizationPause>('OrganizationPauseMutation')
  .implement({
    description: 'Whether all runs of the organisation are held, or what was wrong with the input.',
    fields: (t) => ({
      errors: errorsField(t),
      is_paused: t.boolean({
        description: 'Whether they are held now.',
        resolve: ({ pause }) => pause !== null,
      }),
      pause: t.field({
        type: PauseType,
        nullable: true,
        description: 'Since when, by whom and why; null where they are not held.',
        resolve: ({ pause }) => pause,
      }),
    }),
  });

export const addPauses = (): void => {
  builder.queryFields((t) => ({
    organization_pause: t.field({
      permission: 'organization:read',
      type: PauseType,
      nullable: true,
      description: 'Why all runs of your organisation are held; null where they are not.',
      resolve: (_, __, context) => pauseOfOrganization(context),
    }),
  }));
  addWorkflowPauses();
  builder.mutationFields((t) => ({
    pause_organization: t.field({
      permission: 'organization:pause',
      type: OrganizationPauseMutation,
      description:
        'Holds all runs of your organisation after the requests that are under way. New runs are accepted, and held.',
      args: { input: t.arg({ type: PauseOrganizationInput, description: 'Why.' }) },
      resolve: (_, { input }, context, { path }) =>
        changeOrganization('pause_organization', input ?? {}, context, path.key),
    }),
    resume_organization: t.field({
      permission: 'organization:pause',
      type: OrganizationPauseMutation,
      description: 'Lets the runs of your organisation go on, but those of workflows that are paused.',
      resolve: (_, __, context, { path }) => changeOrganization('resume_organization', {}, context, path.key),
    }),
  }));
};

const addWorkflowPauses = (): void => {
  builder.mutationFields((t) => ({
    pause_workflow: t.field({
      permission: 'definitions:switch',
      type: PauseWorkflowMutation,
      description:
        'Holds all runs of a workflow after the requests that are under way. New runs are accepted, and held.',
      args: { input: t.arg({ type: PauseWorkflowInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(await change('pause_workflow', input, context, path.key), workflowIn(context)),
    }),
    resume_workflow: t.field({
      permission: 'definitions:switch',
      type: ResumeWorkflowMutation,
      description: 'Lets the runs of a workflow go on.',
      args: { input: t.arg({ type: ResumeWorkflowInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        payloadOf(await change('resume_workflow', input, context, path.key), workflowIn(context)),
    }),
  }));
};

const workflowIn = (context: GraphContext) => (id: string) =>
  findWorkflow(context.ports.db, viewerOf(context).org, id);

const changeOrganization = async (
  name: 'pause_organization' | 'resume_organization',
  input: object,
  context: GraphContext,
  field: string | number,
): Promise<OrganizationPause> => {
  const changed = await change(name, input, context, field);
  return 'errors' in changed
    ? { errors: changed.errors, pause: null }
    : { errors: null, pause: await pauseOfOrganization(context) };
};

const pauseOfOrganization = async (context: GraphContext): Promise<CurrentPause | null> => {
  const { org } = viewerOf(context);
  const [pause] = await findPauses(context.ports.db, org, [org]);
  return pause ?? null;
};
