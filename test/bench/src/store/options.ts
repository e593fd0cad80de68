import { parseArgs } from 'node:util';

export type StoreOptions = Readonly<{ events: number; seconds: number; json: string | undefined }>;

export const usage = `npm run bench -- store [--events 1000000] [--seconds 5] [--json FILE]
  --events   size of the large log that is compared with an empty one
  --seconds  how long each load lasts
  --json     also write the figures to this file`;

/** @throws TypeError that names the option and what it takes. */
export const parseStoreOptions = (args: readonly string[]): StoreOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '5' },
      json: { type: 'string' },
    },
  });
  return {
    events: whole('--events', values.events, 1_000, 50_000_000),
    seconds: whole('--seconds', values.seconds, 1, 600),
    json: values.json,
  };
};

const whole = (option: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new TypeError(`${option} takes whole numbers from ${min} to ${max}, not "${text}"`);
};
