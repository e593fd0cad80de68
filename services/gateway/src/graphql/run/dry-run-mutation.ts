import { Fixtures, type FieldErrors } from '@karrio/contracts';
import { asJson, ask } from '../ask.ts';
import { plainWords } from '../../http/plain-words.ts';
import { builder } from '../builder.ts';
import { errorsField } from '../payload.ts';
import { draftOf, WorkflowDraftInput } from '../workflow/workflow-draft.ts';
import { PlanChoice } from './rerun-mutation.ts';

type Payload = Readonly<{ errors: FieldErrors | null; report: unknown }>;

const DryRunMutation = builder.objectRef<Payload>('DryRunWorkflowMutation').implement({
  description: 'What a run would do.',
  fields: (t) => ({
    errors: errorsField(t, 'What was wrong with the input, by field.'),
    report: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'steps: each with slug, order, attempt, source (computed, fixture, recorded, simulated for rates by the live rules, or missing), the request with its secrets masked, status, output, passed, failure. end: as what it would end; needs-response names the slugs of actions whose answer nobody gave.',
      resolve: ({ report }) => report,
    }),
  }),
});

const DryRunInput = builder.inputType('DryRunWorkflowMutationInput', {
  description: 'A run to be tried without an effect. Give id, from_run, draft, or several of them.',
  fields: (t) => ({
    id: t.string({ description: 'The workflow.' }),
    from_run: t.string({
      description: 'A run that is over: it gives its parameters, and the answers that it got.',
    }),
    plan: t.field({ type: PlanChoice, description: 'Which definition is followed; current unless given.' }),
    draft: t.field({
      type: WorkflowDraftInput,
      description:
        'A definition that is not saved: changes to the workflow, or a new one where no id is given.',
    }),
    parameters: t.field({ type: 'JSON', description: 'What the run would be given.' }),
    fixtures: t.field({
      type: 'JSON',
      description:
        'What HTTP actions are answered, by slug: {"fetch": {"status": 200, "headers": {}, "body": {}}}. It goes before the answers of from_run.',
    }),
  }),
});

export const addDryRunMutation = (): void => {
  builder.mutationFields((t) => ({
    dry_run_workflow: t.field({
      permission: 'runs:start',
      type: DryRunMutation,
      description: 'Shows what a run would do. Nothing is sent to anybody, and nothing is stored.',
      args: { input: t.arg({ type: DryRunInput, required: true, description: 'What to try.' }) },
      resolve: async (_, { input }, context): Promise<Payload> => {
        const fixtures = Fixtures.safeParse(input.fixtures ?? {}, { error: plainWords });
        if (!fixtures.success) return { errors: fixtureErrors(fixtures.error.issues), report: null };
        const drafted = await draftOf(context, input.draft);
        if ('errors' in drafted) return { errors: drafted.errors, report: null };
        const payload = {
          ...drafted,
          ...given('workflowId', input.id),
          ...given('fromRun', input.from_run),
          ...given('plan', input.plan),
          ...given('parameters', input.parameters),
          fixtures: fixtures.data,
        };
        const answer = await ask(context, 'executor', { name: 'dry_run', payload: asJson(payload) });
        return 'errors' in answer
          ? { errors: answer.errors, report: null }
          : { errors: null, report: answer.answered };
      },
    }),
  }));
};

/** A client that sends every field it knows means "not given" by null. */
const given = (name: string, value: unknown): object =>
  value === null || value === undefined ? {} : { [name]: value };

type Issues = readonly Readonly<{ path: readonly PropertyKey[]; message: string }>[];

const fixtureErrors = (issues: Issues): FieldErrors =>
  issues.map(({ path, message }) => ({
    field: ['fixtures', ...path.map(String)].join('.'),
    messages: [`${message}; a fixture is such as {"status": 200, "body": {"id": 1}}.`],
  }));
