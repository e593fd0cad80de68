import { readRateFacts, type Failure, type Json } from '@karrio/domain';
import { effectType, type ActionTemplate, type Outcome, type Templated } from '../action-type.ts';
import { isObject } from '../http-request/json-object.ts';
import { renderFieldJson } from '../render.ts';
import { renderContext } from '../render-context.ts';
import type { Answer, WireRequest } from '../wire.ts';

const templatesOf = ({
  parametersTemplate: source,
  templateEngine: engine,
}: Templated): readonly ActionTemplate[] =>
  source ? [{ field: 'parameters_template', source, contentType: 'json', engine }] : [];

const recipe = 'such as {"shipment": {{parameters.shipment}}, "rates": {{steps.get_rates.response.rates}}}';

/** No address of the outside: the executor takes what is sent here to the rules service. */
const rulesUrl = 'rules:select';

/** Has the organisation's shipping rules choose a rate, and records the decision under the action's own key. */
export const selectRate = effectType<WireRequest, Answer>({
  type: 'select_rate',
  templatesOf,
  validate: ({ parametersTemplate }) =>
    parametersTemplate?.trim()
      ? []
      : [{ field: 'parameters_template', message: `Say which shipment and which rates, ${recipe}.` }],
  compose: (action, context) => {
    const [template] = templatesOf(action);
    if (!template) return unclear('parameters_template is empty');
    const rendered = renderFieldJson(template, renderContext(action, context));
    if ('failed' in rendered) return rendered;
    if (!isObject(rendered.value)) return unclear('parameters_template must render an object');
    // When the attempt began, as the run records it: repeated, it asks the same.
    const facts = { evaluated_at: context.now, ...rendered.value };
    const read = readRateFacts(facts);
    if ('refused' in read) {
      const [first] = read.refused;
      return unclear(`what parameters_template rendered has a fault: ${first?.field} ${first?.message}`);
    }
    const request = { url: new URL(rulesUrl), method: 'POST', headers: {}, body: JSON.stringify(facts) };
    return { request, recorded: { method: 'POST', url: rulesUrl, headers: {}, body: facts } };
  },
  perform: (request, outside, sender, idempotencyKey) =>
    outside.send({ ...request, headers: { 'idempotency-key': idempotencyKey } }, sender),
  interpret: (_, __, answer) => {
    if ('trouble' in answer) {
      const { failure, ...recovery } = answer.trouble;
      return { failed: { failure, ...recovery } };
    }
    const { status, body } = answer.response;
    const decision = parsed(body.toString('utf8'));
    return status === 200 && decision !== undefined
      ? decisionOutcome(decision, status, body.length)
      : { failed: { failure: unreadable(status), response: { status, headers: {}, bytes: body.length } } };
  },
});

/** Of a decision as the rules service tells it: one that is held is a person's. */
export const decisionOutcome = (decision: Json, status: number, bytes: number): Outcome => {
  if (isObject(decision) && decision['outcome'] === 'held') {
    const { message } = decision;
    return { deferred: { output: decision, message: typeof message === 'string' ? message : unsaid } };
  }
  return { succeeded: { output: decision, response: { status, headers: {}, bytes } } };
};

const unsaid = 'A person has to decide which rate is taken.';

/** The rules service answers with a decision; a fixture may say anything. */
const parsed = (text: string): Json | undefined => {
  try {
    // oxlint-disable-next-line typescript/consistent-type-assertions -- what JSON.parse gives is JSON
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const unreadable = (status: number): Failure => ({
  code: 'rates-refused',
  message:
    `The answer is not a decision (status ${status}). A fixture for this action has the status 200 and a body ` +
    'such as {"outcome": "selected", "selected_rate": {"id": "rat_1"}}.',
});

const unclear = (complaint: string) => ({
  failed: { code: 'unclear-rates', message: `${complaint}; it needs a shipment and its rates, ${recipe}.` },
});
