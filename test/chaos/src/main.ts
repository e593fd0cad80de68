import { randomInt } from 'node:crypto';
import { chaos } from './chaos.ts';
import { parseOptions, usage, type Options } from './options.ts';
import { report } from './report.ts';

const say = (line: string) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

const parsed = (): Options => {
  try {
    return parseOptions(process.argv.slice(2), randomInt(1, 2 ** 32 - 1));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    process.exit(2);
  }
};

const options = parsed();
say(`seed ${options.seed}`);
const { NATS_SERVER_BIN: natsServerBin, PATH: path = '' } = process.env;
const result = await chaos({ ...options, natsServerBin, path, say });
say(report(result));
process.exitCode = result.violations.length > 0 ? 1 : 0;
