import { parseArgs } from 'node:util';

export type Options = Readonly<{ levels: readonly number[]; seconds: number; json: string | undefined }>;

export const usage = `npm run bench -- [--levels 1,16,64,256] [--seconds 15] [--json FILE]
  --levels   runs in flight, one measurement each
  --seconds  how long each measurement lasts, after a warm-up of a fifth of that
  --json     also write the results to this file
npm run bench -- store: the event store alone
npm run bench -- schedule: the scheduler with many triggers`;

/** @throws TypeError that names the option and what it takes. */
export const parseOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      levels: { type: 'string', default: '1,16,64,256' },
      seconds: { type: 'string', default: '15' },
      json: { type: 'string' },
    },
  });
  return {
    levels: values.levels.split(',').map((level) => positive('--levels', level, 10_000)),
    seconds: positive('--seconds', values.seconds, 3_600),
    json: values.json,
  };
};

const positive = (option: string, text: string, max: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= max) return value;
  throw new TypeError(`${option} takes whole numbers from 1 to ${max}, not "${text}"`);
};
