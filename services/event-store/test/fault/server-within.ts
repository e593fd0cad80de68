import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '@karrio/testing';

const main = path.resolve(import.meta.dirname, '../../src/main.ts');

export type ServerWithin = AsyncDisposable &
  Readonly<{ url: string; opsUrl: string; lines: readonly string[]; kill: () => Promise<void> }>;

/** A server that another command starts, such as one that limits it. */
export const startServerWithin = async (
  prefix: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ServerWithin> => {
  const settings = { EVENTSTORE_PORT: '0', OPS_PORT: '0', EVENTSTORE_SEGMENT_MIB: '1', ...env };
  const child = spawn('env', [...prefix, process.execPath, main], {
    env: { PATH: process.env['PATH'] ?? '', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const exited = once(child, 'close');
  const kill = () => killed(child, exited);
  const ready = await eventually(
    'the server is ready',
    () => {
      const line = lines.find((said) => said.includes('event store ready'));
      if (line === undefined)
        throw new Error(`exit code ${String(child.exitCode)}, and it said:\n${lines.join('\n')}`);
      return line;
    },
    60_000,
  );
  const { port, opsPort } = JSON.parse(ready) as Readonly<{ port: number; opsPort: number }>;
  const url = `esdb://127.0.0.1:${String(port)}?tls=false`;
  return { url, opsUrl: `http://127.0.0.1:${String(opsPort)}`, lines, kill, [Symbol.asyncDispose]: kill };
};

const killed = async (child: ChildProcess, exited: Promise<unknown>) => {
  child.kill('SIGKILL');
  await exited;
};
