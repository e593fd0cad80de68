import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { awaitLeftovers } from '../src/leftovers.ts';
import { processIds, readProcessIds } from '../src/process-ids.ts';
import { stackFile } from '../src/stack-file.ts';

const startService = async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixture/service.ts')], {
    env: { OPS_PORT: '0' },
  });
  await once(child, 'spawn');
  return { child, pid: child.pid ?? 0 };
};

describe('what a killed launcher left behind', () => {
  it('is waited for', async () => {
    await using folder = await temporaryFolder();
    const { child, pid } = await startService();
    processIds(folder.path, stackFile(folder.path)).note('event-store', { state: 'starting', pid });

    const said: string[] = [];
    const waiting = awaitLeftovers(folder.path, (line) => {
      said.push(line);
      child.kill('SIGKILL');
    });

    await expect(waiting).resolves.toBeUndefined();
    expect(said).toHaveLength(1);
  });

  it('is nothing where nothing was noted', async () => {
    await using folder = await temporaryFolder();
    const said: string[] = [];
    await awaitLeftovers(folder.path, (line) => said.push(line));

    expect(said).toEqual([]);
    expect(readProcessIds(folder.path).processes).toEqual({});
  });

  it('is named, with what to do, when it does not end', async () => {
    await using folder = await temporaryFolder();
    const { child, pid } = await startService();
    processIds(folder.path, stackFile(folder.path)).note('event-store', { state: 'ready', pid, tookMs: 1 });

    await expect(awaitLeftovers(folder.path, () => undefined, 0)).rejects.toThrow(
      `event-store (${pid}). End them`,
    );
    child.kill('SIGKILL');
  });
});
