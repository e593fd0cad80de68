import { resolve } from 'node:path';
import { checkout } from '../config.ts';
import { readArguments, usage } from './arguments.ts';
import { replay } from './replay.ts';

const request = readArguments(process.argv.slice(2));
if ('help' in request) {
  process.stdout.write(usage);
  process.exit(0);
}
if ('refused' in request) {
  process.stderr.write(`${request.refused}\n`);
  process.exit(2);
}
const { DATA_DIR = resolve(checkout, '.data'), KARRIO_API_KEY: apiKey } = process.env;
try {
  const { same, lines } = await replay(request, { dataDir: resolve(DATA_DIR), apiKey });
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exit(same ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
