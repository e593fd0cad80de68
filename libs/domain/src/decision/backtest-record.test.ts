import { expect, it } from 'vitest';
import { backtestOf, type BacktestEvent } from './backtest-record.ts';

const at = '2026-11-27T12:00:00.000Z';
const started: BacktestEvent = {
  type: 'BacktestStarted',
  data: { ruleSetHash: 'h', from: at, to: at, testMode: false, at },
};
const progressed = (done: number, kept = false): BacktestEvent => ({
  type: 'BacktestProgressed',
  data: {
    done,
    total: 9,
    at,
    ...(kept && { soFar: { result: { json: done }, done, next: { at, id: 'd' } } }),
  },
});
const resumed: BacktestEvent = { type: 'BacktestResumed', data: { at } };

it('a backtest that is resumed stands where it was kept last', () => {
  const view = backtestOf([started, progressed(3, true), progressed(6, true), progressed(8), resumed]);
  expect(view).toMatchObject({ done: 6, soFar: { result: { json: 6 } }, resumptions: 1 });
});

it('a backtest of which nothing was kept begins anew', () => {
  expect(backtestOf([started, progressed(8), resumed])).toMatchObject({ done: 0, soFar: null });
});
