import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';

const fixture = resolve(import.meta.dirname, 'service.fixture.ts');
const launcherFixture = resolve(import.meta.dirname, 'launcher.fixture.ts');

type Running = Readonly<{
  child: ChildProcess;
  said: (message: string) => Promise<void>;
  end: Promise<End>;
}> &
  AsyncDisposable;
type End = Readonly<{ code: number | null; messages: readonly string[]; stderr: string }>;

const run = (env: Readonly<Record<string, string>>): Running => {
  const child = fork(fixture, [], { env: { LOG_LEVEL: 'info', ...env }, silent: true });
  const messages: string[] = [];
  const waiting: { message: string; resolve: () => void }[] = [];
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const lines = child.stdout === null ? undefined : createInterface({ input: child.stdout });
  lines?.on('line', (line) => {
    const { msg }: { msg: string } = JSON.parse(line);
    messages.push(msg);
    for (const { message, resolve } of waiting) if (message === msg) resolve();
  });
  // Not 'close', which does not come after disconnect().
  const end = Promise.all([once(child, 'exit'), lines && once(lines, 'close')]).then(() => ({
    code: child.exitCode,
    messages,
    stderr,
  }));
  return {
    child,
    end,
    said: (message) =>
      messages.includes(message)
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ message, resolve })),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await end;
    },
  };
};

describe('runService', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('disposes the service on %s and ends with 0', async (signal) => {
    await using service = run({ START: 'well' });
    await service.said('service ready');
    service.child.kill(signal);

    const { code, messages } = await service.end;
    expect(code).toBe(0);
    expect(messages).toEqual(['service ready', 'service stopping', 'disposed', 'service stopped']);
  });

  it('stops in order although the signal comes twice', async () => {
    await using service = run({ START: 'well' });
    await service.said('service ready');
    service.child.kill('SIGINT');
    service.child.kill('SIGTERM');

    expect(await service.end).toMatchObject({ code: 0 });
  });

  it('ends with 1 and the reason when the start fails', async () => {
    await using service = run({ START: 'fails' });

    expect(await service.end).toMatchObject({ code: 1, messages: ['service failed'] });
  });

  it('ends with 2 and one message on stderr when it is not configured', async () => {
    await using service = run({ OPS_PORT: 'many' });

    const { code, messages, stderr } = await service.end;
    expect(code).toBe(2);
    expect(messages).toEqual([]);
    expect(stderr).toMatch(/^fixture: .*set them and start again/);
    expect(stderr).toMatch(/OPS_PORT/);
    expect(stderr).toMatch(/START/);
    expect(stderr).not.toContain('node:');
  });

  it('ends with 1 when the stop fails', async () => {
    await using service = run({ START: 'well', STOP: 'fails' });
    await service.said('service ready');
    service.child.kill('SIGTERM');

    expect(await service.end).toMatchObject({ code: 1 });
  });

  it('does not wait for a stop that hangs longer than the grace period', async () => {
    await using service = run({ START: 'well', STOP: 'hangs', SHUTDOWN_GRACE_MS: '50' });
    await service.said('service ready');
    service.child.kill('SIGTERM');

    const { code, messages } = await service.end;
    expect(code).toBe(1);
    expect(messages).toContain('service did not stop within its grace period');
  });

  // A start waits for its backing stores for as long as they are away.
  it('ends at once when it is told to stop before it is ready', async () => {
    await using service = run({ START: 'hangs' });
    await service.said('starting');
    service.child.kill('SIGTERM');

    expect(await service.end).toMatchObject({
      code: 0,
      messages: ['starting', 'service stopping', 'service stopped'],
    });
  });

  it('ends with 1 after a rejection that nobody handled', async () => {
    await using service = run({ START: 'rejects later' });

    const { code, messages } = await service.end;
    expect(code).toBe(1);
    expect(messages).toContain('error was not handled');
  });

  it('disposes the service when its IPC channel closes', async () => {
    await using service = run({ START: 'well' });
    await service.said('service ready');
    service.child.disconnect();

    const { code, messages } = await service.end;
    expect(code).toBe(0);
    expect(messages).toContain('disposed');
  });

  it('ends when its IPC channel closed while it was loading', async () => {
    await using service = run({ START: 'well', LOAD: 'until disconnected' });
    service.child.disconnect();

    expect(await service.end).toMatchObject({ code: 0 });
  });

  it('leaves no orphan behind when its launcher is killed', async () => {
    // The launcher hands its descriptor 3 on to the service: it closes when both have ended.
    const launcher = spawn(process.execPath, [launcherFixture], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
      env: { START: 'well' },
    });
    const [, stdout, , lifeline] = launcher.stdio;
    if (!stdout || !(lifeline instanceof Readable)) throw new Error('the launcher has no pipes');
    const ended = once(lifeline.resume(), 'close').then(() => true);
    await once(stdout, 'data');
    launcher.kill('SIGKILL');

    expect(await ended).toBe(true);
  });
});
