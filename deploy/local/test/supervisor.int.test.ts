import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, startNode } from '@karrio/embedded';
import { eventually } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { isRunning } from '../src/running.ts';
import { supervise, type Part, type PartNews } from '../src/supervisor.ts';

const fixture = (name: string) => join(import.meta.dirname, 'fixture', `${name}.ts`);
const policy = { firstDelayMs: 1, delayMsMax: 8, steadyMs: 3_600_000 };

/** A tiny service under supervision, with all that was said of it. */
const supervised = async (script = fixture('service'), settings: Readonly<Record<string, string>> = {}) => {
  const port = await freePort();
  const news: PartNews[] = [];
  const state = { script };
  const part: Part = {
    name: 'tiny',
    start: (signal, onSpawn) =>
      startNode({
        name: 'tiny',
        script: state.script,
        env: { ...settings, OPS_PORT: String(port) },
        log: () => undefined,
        signal,
        onSpawn,
      }),
  };
  const giveUp = new AbortController();
  const onNews = (_: string, heard: PartNews) => news.push(heard);
  const start = () => supervise(part, { signal: giveUp.signal, onNews, policy });
  const pids = () => news.flatMap((heard) => (heard.state === 'ready' ? [heard.pid] : []));
  const crash = () => fetch(`http://127.0.0.1:${port}/end`).catch(() => undefined);
  return { start, news, state, giveUp, pids, crash };
};

const started = (news: readonly PartNews[]) =>
  news.flatMap((heard) => (heard.state === 'starting' ? [heard.pid] : [])).at(0);

describe('a supervised service', () => {
  it('is started again when it dies, as often as that happens, with growing delays', async () => {
    const { start, news, pids, crash } = await supervised();
    const service = await start();
    for (const times of [2, 3, 4]) {
      await crash();
      await eventually(`it was started ${times} times`, () => pids().length === times);
    }

    expect(new Set(pids()).size).toBe(4);
    expect(news.flatMap((heard) => (heard.state === 'ended' ? [heard] : []))).toEqual([
      { state: 'ended', exit: { code: 3, signal: null }, restartInMs: 1 },
      { state: 'ended', exit: { code: 3, signal: null }, restartInMs: 2 },
      { state: 'ended', exit: { code: 3, signal: null }, restartInMs: 4 },
    ]);
    await service.stop();
  });

  it('is tried again, and more and more rarely, while it cannot start', async () => {
    const { start, news, state, pids, crash } = await supervised();
    const service = await start();
    state.script = fixture('there-is-none');
    await crash();
    const failures = () =>
      news.flatMap((heard) => (heard.state === 'not started' ? [heard.restartInMs] : []));
    await eventually('it failed to start three times', () => failures().length >= 3);
    expect(failures().slice(0, 3)).toEqual([2, 4, 8]);

    state.script = fixture('service');
    await eventually('it runs again', () => pids().length === 2);
    await service.stop();
  });

  it('is gone and stays away once it was stopped', async () => {
    const { start, news, pids } = await supervised();
    const service = await start();
    const [pid = 0] = pids();
    expect(isRunning(pid, Date.now())).toBe(true);
    await service.stop();

    expect(isRunning(pid, Date.now())).toBe(false);
    expect(news.map(({ state }) => state)).toEqual(['starting', 'ready']);
  });

  it('can be stopped while it waits to be started again', async () => {
    const { start, news, state, pids, crash } = await supervised();
    const service = await start();
    state.script = fixture('there-is-none');
    await crash();
    await eventually('it failed to start', () => news.some((heard) => heard.state === 'not started'));
    state.script = fixture('service');
    await service.stop();

    expect(pids()).toHaveLength(1);
  });

  it('is a matter for a human when it does not start at first', async () => {
    const { start } = await supervised(fixture('there-is-none'));

    await expect(start()).rejects.toThrow('tiny ended (exit code 1) before it was ready');
  });

  it('leaves no process when its first start is given up', async () => {
    const { start, news, giveUp } = await supervised(fixture('service'), { NEVER_READY: '1' });
    const starting = start();
    const pid = await eventually('its process is there', () => started(news));
    giveUp.abort();

    await expect(starting).rejects.toThrow('before it was ready');
    expect(isRunning(pid, Date.now())).toBe(false);
  });

  it('does not outlive a launcher that was killed', async () => {
    const launcher = spawn(process.execPath, [fixture('launcher')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(launcher.stdout, 'data');
    const pid = Number(String(said));
    expect(isRunning(pid, Date.now())).toBe(true);
    launcher.kill('SIGKILL');

    await eventually('its service is gone', () => !isRunning(pid, Date.now()));
  });
});
