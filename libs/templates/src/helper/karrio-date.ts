import { TemplateFailure } from '../problem.ts';
import { spend } from '../rendering.ts';
import { asText, type Value } from '../value.ts';
import { stepsPerZonedDate, timeOf } from './date.ts';
import { formatDate } from './date-format.ts';
import { type Helper, numeric, shown } from './helper.ts';
import { formatOf, parseWith } from './strftime.ts';

/** 20240131, 2024/01/31, 31.01.2024 and a time of the day are read too, beside what `date` reads. */
const spellings = [
  '%Y%m%d',
  '%Y/%m/%d',
  '%d.%m.%Y',
  '%m/%d/%Y',
  '%H:%M',
  '%H:%M:%S',
  '%I:%M %p',
  '%Y%m%d%H%M%S',
];

const isMissing = (value: Value) => value === undefined || value === null || value === '';

/** @throws TemplateFailure when the value is no date, or not one of the format that is said */
const readTime = (value: Value, format: Value, helper: string): number => {
  const text = asText(value).slice(0, 64).trim();
  if (!isMissing(format)) {
    const time = parseWith(text, asText(format));
    if (time !== undefined) return time;
    throw new TemplateFailure(
      `${helper} needs a date of the format ${shown(format)}, but got ${shown(value)}.`,
    );
  }
  if (typeof value === 'string') {
    for (const spelling of spellings) {
      const time = parseWith(text, spelling);
      if (time !== undefined) return time;
    }
  }
  return timeOf(value, helper);
};

const formatting = (name: string, standard: string): Helper => ({
  usage: `(${name} value "%d/%m/%Y" output_format="%H:%M" tz="Europe/Berlin")`,
  takes: [1, 3],
  options: ['current_format', 'output_format', 'tz'],
  call: ([value, second, third], budget, { current_format = second, output_format = third, tz = 'UTC' }) => {
    if (isMissing(value)) return undefined;
    const format = isMissing(output_format) ? standard : asText(output_format);
    spend(budget, format.length / 4 + spellings.length + (tz === 'UTC' ? 0 : stepsPerZonedDate));
    return formatDate(readTime(value, current_format, name), formatOf(format), asText(tz));
  },
});

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const hourOption = (value: Value, helper: string): number => {
  const hour = numeric(value, helper);
  if (Number.isInteger(hour) && hour >= 0 && hour <= 24) return hour;
  throw new TemplateFailure(`${helper} takes hours from 0 to 24, not ${shown(value)}.`);
};

/** Saturday is 6 and Sunday 0, in UTC. */
const isWeekend = (time: number) => [0, 6].includes(new Date(time).getUTCDay());

const businessTime = (time: number, from: number, to: number): number => {
  const day = Math.floor(time / dayMs) * dayMs;
  const sinceMidnight = time - day;
  if (!isWeekend(time) && sinceMidnight >= from && sinceMidnight < to) return time;
  let next = !isWeekend(time) && sinceMidnight < from ? day : day + dayMs;
  while (isWeekend(next)) next += dayMs;
  return next + from;
};

const to_next_business_datetime: Helper = {
  usage: '(to_next_business_datetime value "%Y-%m-%d %H:%M" start_hour=10 end_hour=17)',
  takes: [1, 2],
  options: ['current_format', 'start_hour', 'end_hour'],
  call: ([value, second], budget, { current_format = second, start_hour = 10, end_hour = 17 }) => {
    if (isMissing(value)) return undefined;
    spend(budget, spellings.length);
    const name = 'to_next_business_datetime';
    const time = readTime(value, current_format, name);
    const hours = [hourOption(start_hour, name), hourOption(end_hour, name)] as const;
    return new Date(businessTime(time, hours[0] * hourMs, hours[1] * hourMs)).toISOString();
  },
};

/** What Karrio's `lib` has for dates. None of them asks what time it is: a template renders the same from the same facts. */
export const karrioDateHelpers = {
  fdate: formatting('fdate', 'YYYY-MM-DD'),
  ftime: formatting('ftime', 'HH:mm'),
  flocaltime: formatting('flocaltime', 'hh:mm A'),
  fdatetime: formatting('fdatetime', 'YYYY-MM-DD HH:mm:ss'),
  ftimestamp: formatting('ftimestamp', 'YYYY-MM-DD HH:mm:ss'),
  fiso_timestamp: formatting('fiso_timestamp', 'YYYY-MM-DD[T]HH:mm:ss[.000Z]'),
  to_date: formatting('to_date', 'YYYY-MM-DD[T]HH:mm:ss.SSS[Z]'),
  to_next_business_datetime,
} as const satisfies Readonly<Record<string, Helper>>;
