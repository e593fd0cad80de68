import type { AnswerOf } from '@karrio/replay';
import { asJson } from '../replay/as-json.ts';
import type { QuestionPorts } from '../replay/question-ports.ts';
import { refusedRates } from '../run/rules-outside.ts';

const patienceMs = 10_000;

/** What the live rules would decide, which nobody records; undefined for what asks somebody else. */
export const previewedRate = async (
  { bus, now }: Pick<QuestionPorts, 'bus' | 'now'>,
  org: string,
  { action: { actionType }, as }: Parameters<AnswerOf>[0],
  { body: facts }: Parameters<AnswerOf>[1],
): Promise<Awaited<ReturnType<AnswerOf>>> => {
  // Of one that would be held, no person has settled anything.
  if (actionType !== 'select_rate' || as !== 'attempt') return undefined;
  const payload = asJson({ facts });
  const answer = await bus.question('rules', { name: 'preview_selection', org, payload }, patienceMs);
  if ('rejected' in answer) {
    return { source: 'simulated', answer: { trouble: { failure: refusedRates(answer.rejected.errors) } } };
  }
  const body = Buffer.from(JSON.stringify(answer.answered));
  return {
    source: 'simulated',
    answer: { response: { status: 200, headers: {}, body, receivedAtMs: now() } },
  };
};
