import { TemplateFailure } from '../problem.ts';
import { spend } from '../rendering.ts';
import { asText, type Value } from '../value.ts';
import { formatDate } from './date-format.ts';
import { type Helper, numeric, shown } from './helper.ts';

const hasOffset = /(?:Z|[+-]\d\d:?\d\d|GMT|UTC)$/i;
const isoLocal = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
const dateCharsMax = 64;

/** Of a Date, in milliseconds either side of 1970. */
const timeMax = 8.64e15;

/** An ISO 8601 text (UTC where it names no offset), or a Unix time in seconds or milliseconds. */
export const timeOf = (value: Value, helper: string): number => {
  const text = asText(value).slice(0, dateCharsMax).trim();
  const time = typeof value === 'number' || /^\d{9,}$/.test(text) ? unixTime(Number(text)) : parsedTime(text);
  if (Math.abs(time) <= timeMax) return time;
  throw new TemplateFailure(`${helper} needs a date, but got ${shown(value)}.`);
};

/** Seconds pass 10^11 in the year 5138, milliseconds did in 1973. */
const unixTime = (unix: number) => (Math.abs(unix) < 1e11 ? unix * 1_000 : unix);

const parsedTime = (text: string) =>
  Date.parse(isoLocal.test(text) && !hasOffset.test(text) ? `${text}Z` : text);

/** A date through Intl costs as much as this many steps. */
export const stepsPerZonedDate = 60;

const date: Helper = {
  usage: '(date value "YYYY-MM-DD HH:mm" tz="Europe/Berlin")',
  takes: [1, 2],
  options: ['tz'],
  call: ([value, format], budget, { tz = 'UTC' }) => {
    if (value === undefined || value === null || value === '') return undefined;
    const time = timeOf(value, 'date');
    if (format === undefined) return new Date(time).toISOString();
    const text = asText(format);
    spend(budget, text.length / 4 + (tz === 'UTC' ? 0 : stepsPerZonedDate));
    return formatDate(time, text, asText(tz));
  },
};

const dayMs = 86_400_000;

const addDays: Helper = {
  usage: '(addDays value days)',
  takes: [2, 2],
  call: ([value, days]) => {
    const time = timeOf(value, 'addDays') + numeric(days, 'addDays') * dayMs;
    if (Math.abs(time) <= timeMax) return new Date(time).toISOString();
    throw new TemplateFailure('addDays leaves the calendar.');
  },
};

/** There is no helper for the current time: a template renders the same from the same facts. */
export const dateHelpers = {
  date,
  addDays,
  timestamp: { usage: '(timestamp value)', takes: [1, 1], call: ([value]) => timeOf(value, 'timestamp') },
} as const satisfies Readonly<Record<string, Helper>>;
