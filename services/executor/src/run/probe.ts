import { planAction, type TemplateContext } from '@karrio/actions';
import type { Failure, PlannedAction, Probe, RunEvent } from '@karrio/domain';
import { storeValue } from '@karrio/event-store-client';
import { compileTemplate, parseVerdict, renderText } from '@karrio/templates';
import { accessOf } from './access.ts';
import type { Journal } from './journal.ts';
import { isoTime, type RunPorts } from './run-ports.ts';
import { stepOf } from './steps.ts';
import type { Performance } from '@karrio/domain';

type Probed = Extract<RunEvent, { readonly type: 'ActionProbed' }>;
type Finding = Omit<Probed['data'], keyof Performance['attempt'] | 'startedAt' | 'at'>;

/** Asks the receiver whether a request took effect that nobody has an answer to. Asking changes nothing there. */
export const probe = async (
  ports: RunPorts,
  journal: Journal,
  { action, attempt }: Performance,
  context: TemplateContext,
  signal: AbortSignal,
): Promise<void> => {
  const startedAt = isoTime(ports.now());
  const finding = await ask(ports, journal, action, context, signal);
  journal.note({
    type: 'ActionProbed',
    data: { ...attempt, ...finding, startedAt, at: isoTime(ports.now()) },
  });
};

const ask = async (
  ports: RunPorts,
  journal: Journal,
  action: PlannedAction,
  context: TemplateContext,
  signal: AbortSignal,
): Promise<Finding> => {
  const { http, connection, slug } = action;
  const { org } = journal.metadata;
  if (!http.probe) return unclear({ code: 'no-probe', message: `The action ${slug} says no probe.` });
  const granted = connection ? await accessOf(ports, connection, org, undefined, signal) : undefined;
  if (granted && 'failed' in granted) return unclear(granted.failed.failure);
  const planned = planAction(asGet(action, http.probe), context, granted?.access);
  if (!('effect' in planned)) return unclear('failed' in planned ? planned.failed : undefined);
  const { effect } = planned;
  const outcome = await effect.perform(ports.outside, { org, signal }, `${journal.runId}-${slug}-probe`);
  const { output = null, response } = 'succeeded' in outcome ? outcome.succeeded : outcome.failed;
  const request = { ...effect.request, body: null };
  if (!response) return { ...unclear('failed' in outcome ? outcome.failed.failure : undefined), request };
  const seen = { ...context, steps: { ...context.steps, [slug]: stepOf(output, response) } };
  const verdict = verdictOf(action, http.probe, seen);
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
