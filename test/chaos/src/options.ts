import { parseArgs } from 'node:util';

export type Options = Readonly<{ seed: number; runs: number; seconds: number; rounds: number }>;

export const usage = `npm run chaos -- [--runs 3000] [--seconds 300] [--rounds 3] [--seed N]
  --runs     how many runs at least; more where the rounds take longer
  --seconds  over how much time they are started, and how long harm is done at least
  --rounds   how often everything is killed, stopped, deleted and filled, in another order each time
  --seed     repeats the choices of an earlier run, which printed it`;

/** @throws TypeError that names the option and what it takes. */
export const parseOptions = (args: readonly string[], seed: number): Options => {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      runs: { type: 'string', default: '3000' },
      seconds: { type: 'string', default: '300' },
      rounds: { type: 'string', default: '3' },
      seed: { type: 'string', default: String(seed) },
    },
  });
  return {
    runs: whole('--runs', values.runs, 1_000_000),
    seconds: whole('--seconds', values.seconds, 86_400),
    rounds: whole('--rounds', values.rounds, 10_000),
    seed: whole('--seed', values.seed, 2 ** 32 - 1),
  };
};

const whole = (option: string, text: string, max: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= max) return value;
  throw new TypeError(`${option} takes whole numbers from 1 to ${max}, not "${text}"`);
};
