import { planAction, type Effect, type TemplateContext } from '@karrio/actions';
import type { Failure, Performance, PlannedAction, Probe, RunEvent } from '@karrio/domain';
import { storeValue } from '@karrio/event-store-client';
import { compileTemplate, parseVerdict, renderText } from '@karrio/templates';
import { accessOf } from './access.ts';
import type { Journal } from './journal.ts';
import { isoTime, type RunPorts } from './run-ports.ts';
import { senderOf } from './sender-of.ts';
import { hostOf, type Busy } from './send-effect.ts';
import { stepOf } from './steps.ts';

type Probed = Extract<RunEvent, { readonly type: 'ActionProbed' }>;
type Finding = Omit<Probed['data'], keyof Performance['attempt'] | 'startedAt' | 'at'>;

/** Asks the receiver whether a request took effect that nobody has an answer to. Asking changes nothing there. */
export const probe = async (
  ports: RunPorts,
  journal: Journal,
  { action, attempt }: Performance,
  context: TemplateContext,
  signal: AbortSignal,
): Promise<Busy | undefined> => {
  const startedAt = isoTime(ports.now());
  const finding = await ask(ports, journal, action, context, signal);
  if ('waitsFor' in finding) return finding;
  journal.note({
    type: 'ActionProbed',
    data: { ...attempt, ...finding, startedAt, at: isoTime(ports.now()) },
  });
  return undefined;
};

type Question = Readonly<{ effect: Effect; probe: Probe }>;

/** The request that asks, or why there is none. */
const questionOf = async (
  ports: RunPorts,
  { http, connection, ...action }: PlannedAction,
  org: string,
  context: TemplateContext,
  signal: AbortSignal,
): Promise<Question | { readonly finding: Finding }> => {
  const { probe: asked } = http;
  if (!asked) {
    const message = `The action ${action.slug} says no probe.`;
    return { finding: unclear({ code: 'no-probe', message }) };
  }
  const granted = connection ? await accessOf(ports, connection, org, undefined, signal) : undefined;
  if (granted && 'failed' in granted) return { finding: unclear(granted.failed.failure) };
  const planned = planAction(asGet({ http, connection, ...action }, asked), context, granted?.access);
  if ('effect' in planned) return { effect: planned.effect, probe: asked };
  return { finding: unclear('failed' in planned ? planned.failed : undefined) };
};

const ask = async (
  ports: RunPorts,
  journal: Journal,
  action: PlannedAction,
  context: TemplateContext,
  signal: AbortSignal,
): Promise<Finding | Busy> => {
  const { org } = journal.metadata;
  const question = await questionOf(ports, action, org, context, signal);
  if ('finding' in question) return question.finding;
  const { effect, probe: asked } = question;
  const host = hostOf(effect);
  using slot = ports.hosts.take(host, journal.runId);
  if (!slot) return { waitsFor: host };
  const key = `${journal.runId}-${action.slug}-probe`;
  const outcome = await effect.perform(ports.outside, senderOf(journal, signal), key);
  const request = { ...effect.request, body: null };
  // A GET is answered by its receiver, never by a person.
  if ('deferred' in outcome) return { ...unclear(undefined), request };
  const answer = 'succeeded' in outcome ? outcome.succeeded : outcome.failed;
  const { output = null, response } = answer;
  if (!response) return { ...unclear('failure' in answer ? answer.failure : undefined), request };
  const seen = { ...context, steps: { ...context.steps, [action.slug]: stepOf(output, response) } };
  const verdict = verdictOf(action, asked, seen);
  const stored = await storeValue(ports.store, output, journal.metadata);
  return { ...verdict, request, response, output: stored };
};

const unclear = (failure: Failure | undefined): Finding => ({
  verdict: 'unclear',
  ...(failure && { failure }),
});

/** Whatever its status, an answer is what the probe's template judges. */
const asGet = (action: PlannedAction, { endpoint }: Probe): PlannedAction => ({
  ...action,
  method: 'get',
  endpoint,
  parametersTemplate: null,
  http: { ...action.http, acceptedStatuses: ['1xx', '2xx', '3xx', '4xx', '5xx'] },
});

const verdictOf = (
  { templateEngine: engine, metafields }: PlannedAction,
  { template }: Probe,
  context: TemplateContext,
): Finding => {
  const compiled = compileTemplate(template, { engine, contentType: 'text' });
  if ('problem' in compiled) return unclear({ code: 'template-failed', message: compiled.problem.message });
  const rendered = renderText(compiled.template, { ...context, metafields, connection: {} });
  if ('problem' in rendered) return unclear({ code: 'template-failed', message: rendered.problem.message });
  const judged = parseVerdict(rendered.value);
  if ('problem' in judged) return unclear({ code: 'unclear-condition', message: judged.problem });
  return { verdict: judged.verdict ? 'happened' : 'not-happened' };
};
