import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { processIds } from '../src/process-ids.ts';
import { stackFile } from '../src/stack-file.ts';

const addresses = {
  gateway: 'http://127.0.0.1:20000',
  api_key: `key_${'0'.repeat(32)}`,
  nats: 'nats://127.0.0.1:20001',
  eventstore: 'esdb://127.0.0.1:20002?tls=false',
  postgres: 'postgres://karrio@127.0.0.1:20003/karrio',
  ops: { query: 'http://127.0.0.1:20004' },
};
const ready = (pid: number) => ({ state: 'ready', pid, tookMs: 1 }) as const;
const ended = { state: 'ended', exit: { code: 1, signal: null }, restartInMs: 100 } as const;

describe('the stack file', () => {
  it('is for its owner alone, since it holds the key', async () => {
    await using folder = await temporaryFolder();
    const file = stackFile(folder.path);
    file.write({ ...addresses, processes: {} });

    expect(statSync(file.path).mode & 0o777).toBe(0o600);
  });

  it('is written as a whole, and leaves nothing else behind', async () => {
    await using folder = await temporaryFolder();
    const file = stackFile(folder.path);
    file.write({ ...addresses, processes: { query: 7 } });

    expect(file.read()).toEqual({ ...addresses, processes: { query: 7 } });
    expect(readdirSync(folder.path)).toEqual(['stack.json']);
  });

  it.each(['', '{"gateway":', '{"gateway":"http://127.0.0.1:1"}'])(
    'counts as missing when it holds %j',
    async (text) => {
      await using folder = await temporaryFolder();
      const file = stackFile(folder.path);
      writeFileSync(file.path, text);

      expect(file.read()).toBeUndefined();
    },
  );

  it('names what runs now: not what has ended, and what was started again by its new id', async () => {
    await using folder = await temporaryFolder();
    const file = stackFile(folder.path);
    const processes = processIds(folder.path, file);
    processes.note('query', ready(1));
    processes.note('relay', ready(2));
    expect(file.read()).toBeUndefined();

    processes.publish(addresses);
    processes.note('query', ended);
    expect(file.read()?.processes).toEqual({ relay: 2 });

    processes.note('query', { state: 'not started', error: new Error('port taken'), restartInMs: 200 });
    processes.note('query', ready(3));
    expect(file.read()?.processes).toEqual({ relay: 2, query: 3 });
  });

  it('is gone once the stack is about to stop, and stays away', async () => {
    await using folder = await temporaryFolder();
    const file = stackFile(folder.path);
    const processes = processIds(folder.path, file);
    processes.publish(addresses);
    processes.withdraw();
    processes.note('query', ended);
    expect(readdirSync(folder.path)).toEqual(['processes.json']);

    processes.forget();
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
