import { ReplayAnswer, replayRunsMax, type FieldErrors } from '@karrio/contracts';
import { listRuns } from '@karrio/read-model';
import { asJson, ask } from '../ask.ts';
import { builder } from '../builder.ts';
import { errorsField } from '../payload.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { draftOf, WorkflowDraftInput } from '../workflow/workflow-draft.ts';
import { PlanChoice } from './rerun-mutation.ts';

type Payload = Readonly<{ errors: FieldErrors | null; same: boolean | null; runs: unknown }>;

const ReplayMutation = builder.objectRef<Payload>('ReplayMutation').implement({
  description: 'How recorded runs compare with what they would be.',
  fields: (t) => ({
    errors: errorsField(t, 'What was wrong with the input, by field.'),
    same: t.boolean({
      nullable: true,
      description: 'Whether every run would be the same.',
      resolve: ({ same }) => same,
    }),
    runs: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'Of each run its id and same. Against its original plan: first, the first fact that would be another. Against the current plan: steps, each same, differs with differences, needs-response or not-reached; and end.',
      resolve: ({ runs }) => runs,
    }),
  }),
});

const ReplayRunInput = builder.inputType('ReplayWorkflowEventMutationInput', {
  description: 'A run to be followed again.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'The run. It must be over.' }),
    plan: t.field({ type: PlanChoice, description: 'Against which definition; original unless given.' }),
  }),
});

const ReplayWorkflowInput = builder.inputType('ReplayWorkflowMutationInput', {
  description:
    'The last runs of a workflow in the mode of the API key, to be followed again by its definition of now.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'The workflow.' }),
    draft: t.field({
      type: WorkflowDraftInput,
      description:
        'Changes that are not saved: the runs are compared with the definition that they would make.',
    }),
    last: t.int({
      description: `How many of the last runs, 1 to ${replayRunsMax}; 20 unless given. Open ones are left out.`,
    }),
  }),
});

export const addReplayMutations = (): void => {
  builder.mutationFields((t) => ({
    replay_workflow_event: t.field({
      permission: 'runs:start',
      type: ReplayMutation,
      description: 'Follows a recorded run again. Nothing is sent to anybody, and nothing is stored.',
      args: { input: t.arg({ type: ReplayRunInput, required: true, description: 'Which run.' }) },
      resolve: (_, { input }, context) => replayed(context, [input.id], input.plan ?? 'original'),
    }),
    replay_workflow: t.field({
      permission: 'runs:start',
      type: ReplayMutation,
      description:
        'Follows the last runs of a workflow by its definition of now, with the answers that they got. Nothing is sent to anybody, and nothing is stored.',
      args: { input: t.arg({ type: ReplayWorkflowInput, required: true, description: 'Which runs.' }) },
      resolve: async (_, { input }, context) => {
        const last = input.last ?? 20;
        if (last < 1 || last > replayRunsMax) {
          return refused('last', `Ask for 1 to ${replayRunsMax} runs.`);
        }
        const drafted = await draftOf(context, input.draft);
        if ('errors' in drafted) return { errors: drafted.errors, same: null, runs: null };
        const { org, testMode } = viewerOf(context);
        const wanted = { workflow_id: input.id, test_mode: testMode };
        const { rows } = await listRuns(context.ports.db, org, wanted, { first: last });
        const ended = rows.flatMap(({ id, ended_at }) => (ended_at === null ? [] : [id]));
        return ended.length === 0
          ? refused('id', 'None of the last runs of this workflow is over.')
          : replayed(context, ended, 'current', drafted);
      },
    }),
  }));
};

const refused = (field: string, message: string): Payload => ({
  errors: [{ field, messages: [message] }],
  same: null,
  runs: null,
});

const replayed = async (
  context: GraphContext,
  runIds: readonly string[],
  plan: 'original' | 'current',
  drafted: Readonly<{ draft?: object }> = {},
): Promise<Payload> => {
  const payload = asJson({ runIds, plan, ...drafted });
  const answer = await ask(context, 'executor', { name: 'replay', payload });
  if ('errors' in answer) return { errors: answer.errors, same: null, runs: null };
  const { same, runs } = ReplayAnswer.parse(answer.answered);
  return { errors: null, same, runs };
};
