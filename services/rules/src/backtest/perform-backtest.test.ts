import type { BacktestEvent } from '@karrio/domain';
import { nothingTested } from '@karrio/domain';
import { expect, it, vi } from 'vitest';
import type { BacktestLog } from './backtest-log.ts';
import { performBacktest, type PerformPorts } from './perform-backtest.ts';

const at = '2026-11-27T12:00:00.000Z';

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
  const task = {
    ruleSet: { rules: [] },
    period: { org: 'org_1', testMode: false, from: at, to: at },
    soFar: null,
  };
  const performing = performBacktest(ports, record, task);
  const keeps = () => noted.filter(({ type, data }) => type === 'BacktestProgressed' && data.soFar);
  await vi.waitFor(() => expect(keeps()).toHaveLength(1), { timeout: 30_000, interval: 1 });
  expect(keeps()[0]?.data).toMatchObject({ soFar: { done: 3, next: soFar.next } });
  expect(noted.length).toBeGreaterThan(10);
  resolve({ tested: nothingTested });
  await performing;
  expect(noted.at(-1)?.type).toBe('BacktestFinished');
});
