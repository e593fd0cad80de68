import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePort } from '../src/index.ts';
import { temporaryFolder, toolsDir } from './folder.ts';

const listens = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

// Else each crash of a developer's machine leaves servers that hold the data folder.
it('a launcher that is killed leaves no server behind, and the next one starts on the same folder', async () => {
  await using folder = await temporaryFolder();
  const script = join(import.meta.dirname, 'launcher.ts');
  const launch = async () => {
    // Kept for this process: nobody else listens there when the servers are gone.
    const ports = [await freePort(), await freePort(), await freePort()];
    const launcher = spawn(process.execPath, [script, folder.path, toolsDir, ...ports.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(launcher.stdout, 'data');
    return { launcher, ports };
  };

  const first = await launch();
  expect(await Promise.all(first.ports.map(listens))).toEqual([true, true, true]);
  first.launcher.kill('SIGKILL');
  const second = await launch();
  expect(await Promise.all(first.ports.map(listens))).toEqual([false, false, expect.any(Boolean)]);
  expect(await Promise.all(second.ports.map(listens))).toEqual([true, true, true]);

  second.launcher.kill('SIGKILL');
  const someoneListens = async () => {
    const listening = await Promise.all([...first.ports, ...second.ports].map(listens));
    return listening.includes(true);
  };
  await expect.poll(someoneListens, { timeout: 30_000 }).toBe(false);
});
