import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const StackFile = z.object({
  gateway: z.url(),
  api_key: z.string(),
  ops: z.record(z.string(), z.string()),
  processes: z.record(z.string(), z.number()),
});

export type Stack = AsyncDisposable & z.infer<typeof StackFile>;

const launcher = fileURLToPath(new URL('../../../deploy/local/src/main.ts', import.meta.url));
const startMaxMs = 180_000;

/** The real product as `npm start` starts it, on data of its own. */
export const startStack = async (egressAllow: string): Promise<Stack> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'karrio-bench-'));
  const child = spawn(process.execPath, [launcher, '--no-demo'], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      EGRESS_ALLOW: egressAllow,
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const stop = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const file = await untilWritten(join(dataDir, 'stack.json'), () => child.exitCode !== null);
    return { ...StackFile.parse(JSON.parse(file)), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const untilWritten = async (file: string, isOver: () => boolean): Promise<string> => {
  const deadline = Date.now() + startMaxMs;
  while (!existsSync(file)) {
    if (isOver()) throw new Error('the stack did not start; see its messages above');
    if (Date.now() > deadline) throw new Error(`the stack was not ready after ${startMaxMs} ms`);
    await delay(100);
  }
  return readFile(file, 'utf8');
};
