import type { Answer } from '@karrio/contracts';
import { completePlan, type Plan } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
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

/** The plan that a run would have that was asked for now: the write side has the definitions. */
export const currentPlan = async (
  { bus }: Pick<QuestionPorts, 'bus'>,
  org: string,
  workflowId: string,
): Promise<Readonly<{ plan: Plan }> | Rejected> => {
  const question = { name: 'current_plan', org, payload: { workflowId } } as const;
  const answer = await bus.question('command', question, answerMsMax);
  if ('rejected' in answer) return answer;
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the write side answers with a Plan
  return { plan: completePlan(answer.answered as unknown as Plan) };
};
