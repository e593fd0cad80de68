import type { Json } from '@karrio/domain';
import type { ActionTemplate, ActionType, Templated, Waiting } from '../action-type.ts';
import { isObject } from '../http-request/json-object.ts';
import { renderFieldJson } from '../render.ts';

const templatesOf = ({
  parametersTemplate: source,
  templateEngine: engine,
}: Templated): readonly ActionTemplate[] =>
  source ? [{ field: 'parameters_template', source, contentType: 'json', engine }] : [];

const recipe = 'such as {"seconds": 30} or {"until": "2026-12-24T09:00:00Z"}';

/** A year: what waits longer is better a schedule. */
const secondsMax = 366 * 86_400;

/** Lets time pass: so many seconds, or until an instant. */
export const wait: ActionType = {
  type: 'wait',
  templatesOf,
  validate: ({ parametersTemplate }) =>
    parametersTemplate?.trim()
      ? []
      : [{ field: 'parameters_template', message: `Say how long to wait, ${recipe}.` }],
  plan: (action, seen) => {
    const [template] = templatesOf(action);
    if (!template) return unclear('is empty');
    const context = { ...seen, metafields: action.metafields, connection: {} };
    const rendered = renderFieldJson(template, context);
    if ('failed' in rendered) return rendered;
    const waiting = waitingOf(rendered.value, seen.now);
    return waiting ? { wait: waiting } : unclear(`must render how long to wait`);
  },
};

const waitingOf = (value: Json, now: string): Waiting | undefined => {
  if (!isObject(value)) return undefined;
  const { seconds, until } = value;
  // A template that found nothing renders an empty text, which is no zero.
  const count = typeof seconds === 'string' && /^\d+(?:\.\d+)?$/.test(seconds) ? Number(seconds) : seconds;
  if (typeof count === 'number' && count >= 0 && count <= secondsMax)
    return { ms: Math.round(count * 1_000) };
  const instant = typeof until === 'string' && zonedTime.test(until) ? Date.parse(until) : Number.NaN;
  // Also where it is no number: a comparison with that is false.
  return instant <= Date.parse(now) + secondsMax * 1_000
    ? { until: new Date(instant).toISOString() }
    : undefined;
};

/** Without its zone a time would be that of whichever machine reads it. */
const zonedTime = /^\d{4}-\d\d-\d\dT.+(?:Z|[+-]\d\d:?\d\d)$/;

const unclear = (complaint: string) => ({
  failed: {
    code: 'unclear-wait',
    message: `parameters_template ${complaint}, ${recipe}; a year at most, with the zone in the time.`,
  },
});
