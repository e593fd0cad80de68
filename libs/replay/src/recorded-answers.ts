import type { Answer } from '@karrio/actions';
import { isAsking, type Json, type RecordedResponse, type Recovery, type RunEvent } from '@karrio/domain';
import type { AnswerOf } from './rehearse.ts';
import { successOf, valueOf } from './recorded-run.ts';

/** What the outside answered in a recorded run, by action and in the order in which it answered. */
export const recordedAnswers = (events: readonly RunEvent[]): AnswerOf => {
  const answers = new Map<string, Answer[]>();
  for (const event of events) {
    const answer = answerIn(event);
    if (!answer) continue;
    const before = answers.get(answer.slug) ?? [];
    answers.set(answer.slug, [...before, answer.answer]);
  }
  const used = new Map<string, number>();
  return ({ attempt: { slug } }) => {
    const index = used.get(slug) ?? 0;
    used.set(slug, index + 1);
    const answer = answers.get(slug)?.[index];
    return answer && { source: 'recorded', answer };
  };
};

const answerIn = (event: RunEvent): { slug: string; answer: Answer } | undefined => {
  if (!('slug' in event.data) || !isAsking(event.data.actionType)) return undefined;
  const { slug } = event.data;
  const success = successOf(event);
  if (success) return { slug, answer: answered(success.output, success.response) };
  if (event.type === 'ActionDeferred')
    return { slug, answer: answered(valueOf(event.data.output), undefined) };
  if (!isFailed(event)) return undefined;
  const { failure, output, response } = event.data;
  if (response) return { slug, answer: answered(output === undefined ? null : valueOf(output), response) };
  return failure && { slug, answer: { trouble: { failure, ...recoveryOf(event) } } };
};

type Failed = Extract<
  RunEvent,
  { readonly type: 'ActionFailed' | 'ActionRetryScheduled' | 'ActionOutcomeUnknown' }
>;

const isFailed = (event: RunEvent): event is Failed =>
  event.type === 'ActionFailed' ||
  event.type === 'ActionRetryScheduled' ||
  event.type === 'ActionOutcomeUnknown';

const recoveryOf = ({ type }: RunEvent): { recovery?: Recovery } => {
  if (type === 'ActionRetryScheduled') return { recovery: { again: 'safe' } };
  return type === 'ActionOutcomeUnknown' ? { recovery: { again: 'unsure' } } : {};
};

/** Whatever it was written in: what was recorded is the value that was read from it. */
const answered = (output: Json, response: RecordedResponse | undefined): Answer => ({
  response: {
    status: response?.status ?? 200,
    headers: { ...response?.headers, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(output)),
    receivedAtMs: 0,
  },
});
