import { expect, it } from 'vitest';
import { chaos } from '../src/chaos.ts';
import { report } from '../src/report.ts';

/** Every kind of harm once. The long version is `npm run chaos`. */
const options = { seed: 20_261_122, runs: 250, seconds: 25, rounds: 1 };

it(
  'loses, doubles and strands no run, whatever is killed, stopped, deleted or filled',
  { timeout: 300_000 },
  async () => {
    const { NATS_SERVER_BIN: natsServerBin, PATH: path = '' } = process.env;
    const result = await chaos({ ...options, natsServerBin, path, say: () => undefined });
    expect(report(result)).toContain('violations: 0');
  },
);
