import type { Answer, WorkflowDraft } from '@karrio/contracts';
import { completePlan, type Plan } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import { asJson } from './as-json.ts';
import type { PlanOf } from '../run/plan-store.ts';

export type QuestionPorts = Readonly<{
  store: EventStore;
  bus: Pick<Bus, 'question'>;
  planOf: PlanOf;
  now: () => number;
}>;

export type Rejected = Extract<Answer, { readonly rejected: unknown }>;

export const rejected = (code: Rejected['rejected']['code'], field: string, message: string): Rejected => ({
  rejected: { code, errors: [{ field, messages: [message] }] },
});

const answerMsMax = 10_000;

/** The plan that a run would have that was asked for now, or if the draft were saved: the write side has the definitions. */
export const currentPlan = async (
  { bus }: Pick<QuestionPorts, 'bus'>,
  org: string,
  workflowId: string | undefined,
  draft?: WorkflowDraft,
): Promise<Readonly<{ plan: Plan }> | Rejected> => {
  const payload = asJson({ workflowId, draft });
  const answer = await bus.question('command', { name: 'current_plan', org, payload }, answerMsMax);
  if ('rejected' in answer) return draft ? withinDraft(answer) : answer;
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the write side answers with a Plan
  return { plan: completePlan(answer.answered as unknown as Plan) };
};

/** What is wrong with a draft is named where the caller wrote it. */
const withinDraft = ({ rejected: { code, errors } }: Rejected): Rejected => ({
  rejected: {
    code,
    errors: errors.map(({ field, messages }) => ({
      field: field === 'id' ? field : `draft.${field}`,
      messages,
    })),
  },
});
