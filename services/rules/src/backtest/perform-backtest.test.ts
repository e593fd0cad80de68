import type { BacktestEvent } from '@karrio/domain';
import { nothingTested } from '@karrio/domain';
import { expect, it, vi } from 'vitest';
import type { BacktestLog } from './backtest-log.ts';
import { performBacktest, type PerformPorts } from './perform-backtest.ts';

const at = '2026-11-27T12:00:00.000Z';

const task = {
  ruleSet: { rules: [] },
  period: { org: 'org_1', testMode: false, from: at, to: at },
  soFar: null,
};

it('a backtest keeps what was tested of it from time to time, and notes nothing after its end', async () => {
  const noted: BacktestEvent[] = [];
  const soFar = { result: nothingTested, done: 3, next: { at, id: 'decision' } };
  const { promise: tested, resolve } = Promise.withResolvers<object>();
  const ports = {
    leaseMs: 5,
    threads: {
      run: (_: object, tell: (progress: object, soFar: object) => void) => {
        tell({ done: 3, total: 9 }, soFar);
        return tested;
      },
    },
    backtests: { add: () => {} },
  } as unknown as PerformPorts;
  const record = { id: 'b', note: async (event) => void noted.push(event), at: () => at } as BacktestLog;
  const performing = performBacktest(ports, record, task);
  const keeps = () => noted.filter(({ type, data }) => type === 'BacktestProgressed' && data.soFar);
  await vi.waitFor(() => expect(keeps()).toHaveLength(1), { timeout: 30_000, interval: 1 });
  expect(keeps()[0]?.data).toMatchObject({ soFar: { done: 3, next: soFar.next } });
  expect(noted.length).toBeGreaterThan(10);
  resolve({ tested: nothingTested });
  await performing;
  expect(noted.at(-1)?.type).toBe('BacktestFinished');
});

it('a backtest that meets a fault is left to be gone on with, and notes no end', async () => {
  const noted: BacktestEvent[] = [];
  const told: string[] = [];
  const ports = {
    leaseMs: 60_000,
    threads: { run: () => Promise.reject(new Error('the database is away')) },
    log: { error: (_: object, message: string) => void told.push(message) },
  } as unknown as PerformPorts;
  const record = { id: 'b', note: async (event) => void noted.push(event), at: () => at } as BacktestLog;
  await performBacktest(ports, record, task);
  expect(noted).toEqual([]);
  expect(told).toEqual(['backtest interrupted; it will be gone on with']);
});
