import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportOf } from './figures.ts';
import { measureLargeLog } from './large-log.ts';
import { parseStoreOptions, usage, type StoreOptions } from './options.ts';
import { startServer } from './server.ts';
import { measureLongStream, measureSmallLog, warmUp } from './small-log.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

const bench = async ({ events, seconds, json }: StoreOptions) => {
  await using stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'karrio-bench-store-'));
  stack.defer(() => rm(root, { recursive: true, force: true }));
  const figures = [];
  {
    await using server = await startServer(join(root, 'small'));
    say('warming up ...');
    await warmUp(server);
    say('appends, without and with subscribers ...');
    figures.push(...(await measureSmallLog(server, seconds)));
    say('a long stream ...');
    figures.push(...(await measureLongStream(server)));
  }
  say(`a log of ${events} events ...`);
  const folders = { empty: join(root, 'empty'), large: join(root, 'large') };
  figures.push(...(await measureLargeLog(folders, events, seconds)));
  say(`\n${reportOf(figures)}`);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
};

let options: StoreOptions;
try {
  options = parseStoreOptions(process.argv.slice(2).filter((arg) => arg !== '--' && arg !== 'store'));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exit(2);
}
await bench(options);
