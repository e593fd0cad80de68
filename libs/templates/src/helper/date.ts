import { TemplateFailure } from '../problem.ts';
import { asText, type Value } from '../value.ts';
import { type Helper, numeric, shown } from './helper.ts';

const hasOffset = /(?:Z|[+-]\d\d:?\d\d|GMT|UTC)$/i;
const isoLocal = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** An ISO 8601 text (UTC where it names no offset), or a Unix time in seconds or milliseconds. */
const timeOf = (value: Value, helper: string): number => {
  const text = asText(value).trim();
  const unix = typeof value === 'number' ? value : /^\d{9,}$/.test(text) ? Number(text) : undefined;
  // Seconds pass 10^11 in the year 5138, milliseconds did in 1973.
  if (unix !== undefined) return Math.abs(unix) < 1e11 ? unix * 1_000 : unix;
  const time = Date.parse(isoLocal.test(text) && !hasOffset.test(text) ? `${text}Z` : text);
  if (Number.isNaN(time)) throw new TemplateFailure(`${helper} needs a date, but got ${shown(value)}.`);
  return time;
};

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Building a formatter takes some 50 µs; the number of time zones bounds the map. */
const formatterOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formatters.get(timeZone);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'long',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      weekday: 'long',
      timeZoneName: 'longOffset',
    });
    formatters.set(made.resolvedOptions().timeZone, made);
    return made;
  } catch {
    throw new TemplateFailure(
      `There is no time zone ${shown(timeZone)}; use a name such as "Europe/Berlin".`,
    );
  }
};

const months = 'January February March April May June July August September October November December'.split(
  ' ',
);

const fieldsAt = (time: number, timeZone: string): Readonly<Record<string, string>> => {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const { year = '', month = '', day = '', hour = '', minute = '', second = '', weekday = '' } = parts;
  const offset = parts.timeZoneName?.slice(3) || '+00:00';
  const monthNumber = months.indexOf(month) + 1;
  const hour12 = Number(hour) % 12 || 12;
  return {
    YYYY: year.padStart(4, '0'),
    YY: year.slice(-2),
    MMMM: month,
    MMM: month.slice(0, 3),
    MM: String(monthNumber).padStart(2, '0'),
    M: String(monthNumber),
    DD: day,
    D: String(Number(day)),
    dddd: weekday,
    ddd: weekday.slice(0, 3),
    HH: hour,
    H: String(Number(hour)),
    hh: String(hour12).padStart(2, '0'),
    h: String(hour12),
    mm: minute,
    ss: second,
    SSS: String(((time % 1_000) + 1_000) % 1_000).padStart(3, '0'),
    A: Number(hour) < 12 ? 'AM' : 'PM',
    Z: offset,
  };
};

const token = /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|dddd|ddd|HH|H|hh|h|mm|ss|SSS|A|Z/g;

const date: Helper = {
  usage: '(date value "YYYY-MM-DD HH:mm" tz="Europe/Berlin")',
  takes: [1, 2],
  options: ['tz'],
  call: ([value, format], _, { tz = 'UTC' }) => {
    if (value === undefined || value === null || value === '') return undefined;
    const time = timeOf(value, 'date');
    if (Math.abs(time) > 8.64e15) throw new TemplateFailure(`date needs a date, but got ${shown(value)}.`);
    if (format === undefined) return new Date(time).toISOString();
    const fields = fieldsAt(time, asText(tz));
    return asText(format).replace(
      token,
      (name, quoted: string | undefined) => quoted ?? fields[name] ?? name,
    );
  },
};

const dayMs = 86_400_000;

const addDays: Helper = {
  usage: '(addDays value days)',
  takes: [2, 2],
  call: ([value, days]) => {
    const time = timeOf(value, 'addDays') + numeric(days, 'addDays') * dayMs;
    if (!(Math.abs(time) <= 8.64e15)) throw new TemplateFailure('addDays leaves the calendar.');
    return new Date(time).toISOString();
  },
};

/** There is no helper for the current time: a template renders the same from the same facts. */
export const dateHelpers = {
  date,
  addDays,
  timestamp: {
    usage: '(timestamp value)',
    takes: [1, 1],
    call: ([value]) => timeOf(value, 'timestamp'),
  },
} as const satisfies Readonly<Record<string, Helper>>;
