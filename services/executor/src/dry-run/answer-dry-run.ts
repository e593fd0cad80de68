import type { Answer, Fixtures, QuestionPayload } from '@karrio/contracts';
import { isAsking, type Plan, type RunRequest } from '@karrio/domain';
import { recordedAnswers, rehearse, type AnswerOf } from '@karrio/replay';
import { asJson } from '../replay/as-json.ts';
import { currentPlan, rejected, type QuestionPorts, type Rejected } from '../replay/question-ports.ts';
import { previewedRate } from './previewed-rate.ts';
import { recallRun, type RecalledRun } from '../replay/recall-run.ts';
import { isoTime } from '../run/run-ports.ts';

type Asked = QuestionPayload<'dry_run'>;

/** What a run would do: each request is held back, and answered by a fixture or as in a run that is over. */
export const answerDryRun = async (ports: QuestionPorts, org: string, asked: Asked): Promise<Answer> => {
  const start = await startOf(ports, org, asked);
  if ('rejected' in start) return start;
  const { from } = start;
  const found = await planFor(ports, org, asked, start);
  if ('rejected' in found) return found;
  const { plan } = found;
  const unknown = unknownFixture(plan, asked.fixtures);
  if (unknown !== undefined) return unknown;
  const recorded = from && recordedAnswers(from.events);
  const answerOf: AnswerOf = async (performance, request) =>
    fixtureFor(asked.fixtures, performance.attempt.slug, ports.now()) ??
    (await recorded?.(performance, request)) ??
    previewedRate(ports, org, performance, request);
  return { answered: asJson(await rehearse(plan, requestOf(asked, start, ports.now()), { answerOf })) };
};

/** `workflowId` is missing for a draft of a new workflow. */
type Start = Readonly<{ workflowId: string | undefined; from: RecalledRun | undefined }>;

const requestOf = ({ parameters }: Asked, { workflowId = '', from }: Start, nowMs: number): RunRequest => ({
  workflowId,
  planHash: from?.request.planHash ?? '',
  eventType: 'manual',
  testMode: true,
  parameters: parameters ?? from?.request.parameters ?? {},
  at: isoTime(nowMs),
});

const startOf = async (
  { store }: QuestionPorts,
  org: string,
  { workflowId, fromRun, draft }: Asked,
): Promise<Start | Rejected> => {
  if (fromRun === undefined) {
    return workflowId === undefined && !draft
      ? rejected(
          'invalid',
          'id',
          'Say which workflow, by id, which run to take up, by from_run, or give a draft.',
        )
      : { workflowId, from: undefined };
  }
  const from = await recallRun(store, org, fromRun);
  if ('refused' in from) return rejected('not-found', 'from_run', from.refused);
  const { request } = from;
  return workflowId === undefined || workflowId === request.workflowId
    ? { workflowId: request.workflowId, from }
    : rejected('invalid', 'from_run', `The run ${fromRun} is one of another workflow.`);
};

const planFor = async (
  ports: QuestionPorts,
  org: string,
  { plan, draft }: Asked,
  { workflowId, from }: Start,
): Promise<Readonly<{ plan: Plan }> | Rejected> => {
  if (draft && plan === 'original') {
    return rejected('invalid', 'plan', 'A draft has no original plan: leave plan out, or the draft.');
  }
  if (plan !== 'original') return currentPlan(ports, org, workflowId, draft);
  if (from) return { plan: await ports.planOf(from.request.planHash) };
  return rejected('invalid', 'plan', 'The original plan is that of a run: name it in from_run.');
};

/** A slip in a slug would look like a missing answer. */
const unknownFixture = (plan: Plan, fixtures: Fixtures): Rejected | undefined => {
  const slugs = plan.steps
    .flatMap(({ actions }) => actions)
    .flatMap(({ actionType, slug }) => (isAsking(actionType) ? [slug] : []));
  const unknown = Object.keys(fixtures).find((slug) => !slugs.includes(slug));
  if (unknown === undefined) return undefined;
  const there = slugs.length > 0 ? `there are ${slugs.join(', ')}` : 'there is none';
  return rejected('invalid', `fixtures.${unknown}`, `No HTTP action has this slug; ${there}.`);
};

const fixtureFor = (fixtures: Fixtures, slug: string, receivedAtMs: number) => {
  const fixture = Object.hasOwn(fixtures, slug) ? fixtures[slug] : undefined;
  if (!fixture) return undefined;
  const { status, body } = fixture;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(fixture.headers)) headers[name.toLowerCase()] = value;
  // A text is sent as it is where the fixture says what it is written in.
  const isText = typeof body === 'string' && headers['content-type'] !== undefined;
  const text = isText ? body : body === undefined ? '' : JSON.stringify(body);
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = { status, headers: { ...type, ...headers }, body: Buffer.from(text), receivedAtMs };
  return { source: 'fixture' as const, answer: { response } };
};
