import { parkCauses } from '@karrio/domain';
import type { FieldErrors } from '@karrio/contracts';
import {
  findParkedRuns,
  findRunActions,
  groupParkedRuns,
  type ParkedGroup,
  type RunRow,
} from '@karrio/read-model';
import { repeatedBy, resolutionOf, type ParkedResolution, type Repeated } from '../../parked/resolution.ts';
import { builder, WorkflowType } from '../builder.ts';
import { errorsField } from '../payload.ts';
import { change } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';

/** Each run costs a command and its place in the answer. */
const runsMax = 100;
const groupsMax = 500;

const ParkedGroupType = builder
  .objectRef<ParkedGroup & Readonly<{ org: string }>>('ParkedGroupType')
  .implement({
    description: 'Runs that wait for a person for the same reason.',
    fields: (t) => ({
      cause: t.exposeString('cause', { description: 'outcome-unknown or executor-failed.' }),
      workflow: t.field({
        type: WorkflowType,
        nullable: true,
        description: 'Whose runs they are.',
        resolve: async ({ org, workflow_id }, _, { call }) =>
          (await call.loaders(org).workflow.load(workflow_id)) ?? null,
      }),
      action: t.exposeString('action', {
        nullable: true,
        description: 'The slug of the action that it is about.',
      }),
      count: t.exposeInt('count', { description: 'How many.' }),
      first: t.expose('first', { type: 'DateTime', description: 'When the first of them was parked.' }),
      last: t.expose('last', { type: 'DateTime', description: 'When the last of them was parked.' }),
    }),
  });

const ParkedFilterInput = builder.inputType('ParkedFilter', {
  description: 'Which parked runs; without any of these, all.',
  fields: (t) => ({
    cause: t.string({ description: 'outcome-unknown or executor-failed.' }),
    workflow_id: t.string({ description: 'Those of this workflow.' }),
    action: t.string({ description: 'Those that are parked for the action of this slug.' }),
  }),
});

const ParkedResolutionEnum = builder.enumType('ParkedResolutionEnum', {
  description: 'What becomes of parked runs.',
  values: {
    retry: { description: 'The request is sent again, under the same Idempotency-Key, and the run goes on.' },
    failed: { description: 'The request had no effect: the run goes on as after a failure.' },
    succeeded: {
      description: 'The request took effect, with no output: the run goes on as after a success.',
    },
    cancel: { description: 'The run is discarded.' },
  } satisfies Record<ParkedResolution, object>,
});

const ResolveParkedWorkflowEventsMutationInput = builder.inputType(
  'ResolveParkedWorkflowEventsMutationInput',
  {
    description: `Parked runs, and what becomes of them: by ids or by filter, ${runsMax} at a time.`,
    fields: (t) => ({
      ids: t.stringList({ description: 'These runs.' }),
      filter: t.field({
        type: ParkedFilterInput,
        description: 'Those that match, the longest parked first.',
      }),
      as: t.field({ type: ParkedResolutionEnum, required: true, description: 'What becomes of them.' }),
      note: t.string({ description: 'How this is known, or why; shown with each run.' }),
      preview: t.boolean({ description: 'Only says what would be done.' }),
    }),
  },
);

const RepeatedRequestType = builder.objectRef<Repeated>('RepeatedRequestType').implement({
  description: 'A request that leaves again, though it may have taken effect.',
  fields: (t) => ({
    action: t.exposeString('action', { description: 'The slug of its action.' }),
    method: t.exposeString('method', { description: 'Its method.' }),
    url: t.exposeString('url', { description: 'Where it goes, with secrets masked.' }),
  }),
});

type Resolved = Readonly<{ id: string; errors: FieldErrors | null; repeats: readonly Repeated[] }>;

const ResolvedRunType = builder.objectRef<Resolved>('ResolvedRunType').implement({
  description: 'A parked run, and what was or would be done to it.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Its id.' }),
    errors: errorsField(t, 'Why nothing was done to it; null where something was, or would be.'),
    repeats: t.field({
      type: [RepeatedRequestType],
      description: 'The requests that leave again.',
      resolve: ({ repeats }) => repeats,
    }),
  }),
});

type Payload = Readonly<{ errors: FieldErrors | null; matching: number; runs: readonly Resolved[] }>;

const ResolveParkedWorkflowEventsMutation = builder
  .objectRef<Payload>('ResolveParkedWorkflowEventsMutation')
  .implement({
    description: 'What was done, or, for a preview, would be.',
    fields: (t) => ({
      errors: errorsField(t, 'What was wrong with the input, by field; then nothing was done.'),
      matching: t.exposeInt('matching', {
        description:
          'How many were parked like this. Where these are more than runs, ask again for the rest.',
      }),
      runs: t.field({
        type: [ResolvedRunType],
        description: 'Each of them.',
        resolve: ({ runs }) => runs,
      }),
    }),
  });

export const addParked = (): void => {
  builder.queryFields((t) => ({
    parked_workflow_events: t.field({
      permission: 'runs:read',
      type: [ParkedGroupType],
      description: `What waits for a person, grouped by cause, workflow and action; the largest ${groupsMax} groups.`,
      args: { filter: t.arg({ type: ParkedFilterInput, description: 'Which of them.' }) },
      resolve: async (_, { filter }, context) => {
        const { org, testMode } = viewerOf(context);
        const wanted = { ...filter, test_mode: testMode };
        const groups = await groupParkedRuns(context.ports.db, org, wanted, groupsMax);
        return groups.map((group) => ({ ...group, org }));
      },
    }),
  }));
  builder.mutationFields((t) => ({
    resolve_parked_workflow_events: t.field({
      permission: 'runs:control',
      type: ResolveParkedWorkflowEventsMutation,
      description: 'Lets many parked runs go on, or discards them. A preview says what would be done.',
      args: {
        input: t.arg({
          type: ResolveParkedWorkflowEventsMutationInput,
          required: true,
          description: 'Which, and how.',
        }),
      },
      resolve: (_, { input }, context, { path }) => resolveParked(input, context, path.key),
    }),
  }));
};

type Input = typeof ResolveParkedWorkflowEventsMutationInput.$inferInput;

const resolveParked = async (
  { ids, filter, as, note, preview }: Input,
  context: GraphContext,
  key: string | number,
): Promise<Payload> => {
  const { org, testMode } = viewerOf(context);
  const wrong = wrongWith({ ids, filter });
  if (wrong) return { errors: [wrong], matching: 0, runs: [] };
  const wanted = { ...filter, ids, test_mode: testMode };
  const { runs, count } = await findParkedRuns(context.ports.db, org, wanted, runsMax);
  const actions = Map.groupBy(
    await findRunActions(
      context.ports.db,
      org,
      runs.map(({ id }) => id),
    ),
    ({ run_id }) => run_id,
  );
  const resolved = runs.map(async (run): Promise<Resolved> => {
    const repeats = repeatedBy(as, run, actions.get(run.id) ?? []);
    return { id: run.id, errors: await errorsOf(run, { as, note, preview }, context, key), repeats };
  });
  return { errors: null, matching: count, runs: await Promise.all(resolved) };
};

const wrongWith = ({ ids, filter }: Pick<Input, 'ids' | 'filter'>): FieldErrors[number] | undefined => {
  if (!ids && !filter) {
    return {
      field: 'filter',
      messages: ['Say which runs: ids, or a filter; an empty one matches all parked runs.'],
    };
  }
  if (ids && (ids.length === 0 || ids.length > runsMax)) {
    return { field: 'ids', messages: [`Give 1 to ${runsMax} ids.`] };
  }
  const cause = filter?.cause;
  return cause && !parkCauses.some((known) => known === cause)
    ? { field: 'filter.cause', messages: [`There is no such cause; there are ${parkCauses.join(' and ')}.`] }
    : undefined;
};

const errorsOf = async (
  run: RunRow,
  { as, note, preview }: Pick<Input, 'as' | 'note' | 'preview'>,
  context: GraphContext,
  key: string | number,
): Promise<FieldErrors | null> => {
  const command = resolutionOf(run, as, note);
  if ('errors' in command) return command.errors;
  if (preview) return null;
  const changed = await change(command.name, command.input, context, `${key}.${run.id}`);
  return 'errors' in changed ? changed.errors : null;
};
