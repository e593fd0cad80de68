import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually, temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { isRunning } from '../src/running.ts';
import { stackFile } from '../src/stack-file.ts';

const main = resolve(import.meta.dirname, '../src/main.ts');
/** A first start makes a database cluster and may share two cores with all other tests. */
const patienceMs = 100_000;

const startLauncher = (dataDir: string, ...args: readonly string[]) => {
  const { PATH = '', NATS_SERVER_BIN = '' } = process.env;
  const launcher = spawn(process.execPath, [main, ...args], {
    env: { PATH, NATS_SERVER_BIN, DATA_DIR: dataDir },
  });
  let output = '';
  for (const stream of [launcher.stdout, launcher.stderr])
    stream.on('data', (text) => (output += String(text)));
  // Its last lines may come after its exit.
  const ended = once(launcher, 'close').then(([code]) => Number(code));
  return {
    output: () => output,
    ended,
    says: (what: RegExp) => eventually(`it says ${what}:\n${output}`, () => what.exec(output), patienceMs),
    end: (signal: NodeJS.Signals) => {
      launcher.kill(signal);
      return ended;
    },
    [Symbol.asyncDispose]: async () => {
      launcher.kill('SIGTERM');
      await ended;
    },
  };
};

const query = async (dataDir: string, text: string) => {
  const stack = stackFile(dataDir).read();
  const response = await fetch(`${stack?.gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Token ${stack?.api_key}` },
    body: JSON.stringify({ query: text }),
  });
  return response.json();
};

const runs = '{ workflow_events { edges { node { id status } } } }';
const isAlive = (pid: number) => isRunning(pid, Date.now());

describe('npm start', () => {
  it(
    'brings the whole system up, shows it at work, and stops it without a trace',
    { timeout: 240_000 },
    async () => {
      await using folder = await temporaryFolder();
      const file = stackFile(folder.path);
      await using launcher = startLauncher(folder.path);
      const [, gateway] = await launcher.says(/^ready {2}(http:\S+)/m);
      expect(file.read()?.gateway).toBe(gateway);
      expect(statSync(file.path).mode & 0o777).toBe(0o600);

      await launcher.says(/^Press Ctrl-C/m);
      expect(launcher.output()).toMatch(/^ +3 +Enough orders +conditional .* success$/m);
      const shown = await query(folder.path, runs);
      expect(shown).toMatchObject({
        data: { workflow_events: { edges: [{ node: { status: 'success' } }] } },
      });

      const second = startLauncher(folder.path);
      expect(await second.ended).toBe(1);
      expect(second.output()).toMatch(/Process \d+ runs a stack on .* already/);

      const before = file.read()?.processes ?? {};
      expect(Object.values(before).filter(isAlive)).toHaveLength(11);
      process.kill(before['executor'] ?? 0, 'SIGKILL');
      await eventually('the executor is another process', () => {
        const pid = file.read()?.processes['executor'];
        return pid !== undefined && pid !== before['executor'];
      });
      const processes = Object.values(file.read()?.processes ?? {});

      expect(await launcher.end('SIGTERM')).toBe(0);
      expect(processes.filter(isAlive)).toEqual([]);
      expect(existsSync(file.path)).toBe(false);

      await using again = startLauncher(folder.path, '--no-demo');
      await again.says(/^Press Ctrl-C/m);
      expect(await query(folder.path, runs)).toEqual(shown);
      expect(file.read()?.gateway).toBe(gateway);
      expect(again.output()).not.toContain('Demonstration');
    },
  );

  it('can be stopped while it starts', { timeout: 120_000 }, async () => {
    await using folder = await temporaryFolder();
    const launcher = startLauncher(folder.path, '--no-demo');
    await eventually('a process is noted', () => existsSync(join(folder.path, 'processes.json')), patienceMs);

    expect(await launcher.end('SIGINT')).toBe(0);
    expect(existsSync(join(folder.path, 'processes.json'))).toBe(false);
  });

  it('refuses an option that it does not know', async () => {
    await using folder = await temporaryFolder();
    const launcher = startLauncher(folder.path, '--nodemo');

    expect(await launcher.ended).toBe(2);
    expect(launcher.output()).toContain('--no-demo');
  });
});
