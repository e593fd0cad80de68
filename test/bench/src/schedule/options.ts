import { parseArgs } from 'node:util';

export type ScheduleOptions = Readonly<{ triggers: number; due: number; json: string | undefined }>;

export const usage = `npm run bench -- schedule [--triggers 100000] [--due 10000] [--json FILE]
  --triggers  scheduled triggers in all, each with times of its own
  --due       how many of them are due at each full minute
  --json      also write the figures to this file`;

/** @throws TypeError that names the option and what it takes. */
export const parseScheduleOptions = (args: readonly string[]): ScheduleOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      triggers: { type: 'string', default: '100000' },
      due: { type: 'string', default: '10000' },
      json: { type: 'string' },
    },
  });
  const triggers = whole('--triggers', values.triggers, 1_000_000);
  return { triggers, due: whole('--due', values.due, triggers), json: values.json };
};

const whole = (option: string, text: string, max: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new TypeError(`${option} takes whole numbers from 1 to ${max}, not "${text}"`);
};
