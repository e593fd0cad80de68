import { Cron, CronPattern } from 'croner';
import { refusal, type Refusal } from '../definition/refusal.ts';

/** A cron expression, over wall times. */
export type CronSchedule = Readonly<{
  expression: string;
  /** Names hours, as in `30 2 * * *`; else it repeats through the day, as in `0 * * * *`. */
  isFixedTime: boolean;
  /** The next wall time strictly behind another; undefined where there is none, as for 30 February. */
  after: (wallMs: number) => number | undefined;
}>;

const charsMax = 200;

const fieldNames = ['minute', 'hour', 'day of the month', 'month', 'day of the week'] as const;
const examples: Readonly<Record<string, string>> = {
  second: '0-59, */10',
  minute: '0-59, */15, 0,30',
  hour: '0-23, 9-17, */2',
  'day of the month': '1-31, L, */2',
  month: '1-12, JAN, 6-8',
  'day of the week': '0-7, MON-FRI, FRI#2, 5L',
};

/** 5 fields, 6 with seconds in front, or a nickname such as @daily. What is wrong names its field. */
export const parseCron = (expression: string): CronSchedule | { readonly refused: Refusal } => {
  const text = expression.trim();
  if (text.length > charsMax) return refused(`A cron expression has at most ${charsMax} characters.`);
  try {
    const options = { mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' } as const;
    const { isFixedTime } = new CronPattern(text, 'UTC', options);
    // With an offset it counts by itself; for a zone, also UTC, it asks the engine, ten times as long.
    const cron = new Cron(text, { ...options, utcOffset: 0, paused: true });
    return { expression: text, isFixedTime, after: (wallMs) => cron.nextRun(new Date(wallMs))?.getTime() };
  } catch (error) {
    return refused(complaintAbout(text, error));
  }
};

const refused = (message: string) => ({ refused: refusal('invalid', 'schedule', message) });

const complaintAbout = (text: string, error: unknown): string => {
  const what =
    'Write 5 fields (minute hour day-of-month month day-of-week), 6 with seconds in front, or @daily and the like';
  if (text === '') return `The schedule is empty. ${what}.`;
  if (text.startsWith('@')) {
    return `There is no nickname ${text}; there are @yearly, @monthly, @weekly, @daily and @hourly.`;
  }
  const fields = text.split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) {
    return `The schedule has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}. ${what}.`;
  }
  const names = fields.length === 6 ? ['second', ...fieldNames] : fieldNames;
  const wrong = fields.findIndex((field, index) => !isSound(field, index, fields.length));
  const name = names[wrong];
  if (name === undefined) return error instanceof Error ? error.message.replace(/^Cron\w*: /, '') : what;
  return `Field ${wrong + 1} (${name}) cannot be ${fields[wrong]}; it takes values such as ${examples[name]}.`;
};

/** Alone among stars, so that the field at fault is known whatever the parser says. */
const isSound = (field: string, index: number, count: number): boolean => {
  try {
    new CronPattern(Array.from({ length: count }, (_, at) => (at === index ? field : '*')).join(' '));
    return true;
  } catch {
    return false;
  }
};
