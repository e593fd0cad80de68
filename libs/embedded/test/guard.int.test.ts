import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
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
    const launcher = spawn(process.execPath, [script, folder.path, toolsDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: launcher.stdout }), 'line');
    const ports: number[] = JSON.parse(line);
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
