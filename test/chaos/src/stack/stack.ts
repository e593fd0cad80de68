import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually } from '@karrio/testing';
import { z } from 'zod';

const StackFile = z.object({
  gateway: z.url(),
  api_key: z.string(),
  nats: z.string(),
  eventstore: z.string(),
  postgres: z.string(),
  processes: z.record(z.string(), z.number().int()),
});

export type Stack = AsyncDisposable &
  Readonly<{
    gateway: string;
    apiKey: string;
    nats: string;
    eventstore: string;
    postgres: string;
    dataDir: string;
    /** The process of a part; undefined while it is being restarted. */
    pidOf: (part: string) => number | undefined;
    parts: () => readonly string[];
  }>;

const launcher = resolve(import.meta.dirname, '../../../../deploy/local/src/main.ts');
const startMs = 120_000;

/** The product as `npm start -- --no-demo` starts it, on data of its own. */
export const startStack = async (
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Stack> => {
  const child = spawn(process.execPath, [launcher, '--no-demo'], {
    env: { ...env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  const exited = once(child, 'exit');
  const terminate = () => child.kill('SIGTERM');
  process.once('exit', terminate);
  const stop = async () => {
    process.off('exit', terminate);
    terminate();
    if (child.exitCode === null && child.signalCode === null) await exited;
  };
  const read = () => StackFile.parse(JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')));
  const gaveUp = exited.then(() => {
    throw new Error('the launcher ended');
  });
  const { processes, api_key, ...urls } = await Promise.race([
    eventually('the stack runs', read, startMs),
    gaveUp,
  ]).catch(async (cause: unknown) => {
    await stop();
    throw new Error(`the stack did not start:\n${output}`, { cause });
  });
  const parts = Object.keys(processes);
  return {
    ...urls,
    apiKey: api_key,
    dataDir,
    pidOf: (part) => read().processes[part],
    parts: () => parts,
    [Symbol.asyncDispose]: stop,
  };
};
