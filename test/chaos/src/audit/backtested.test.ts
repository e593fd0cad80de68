import type { BacktestEvent } from '@karrio/domain';
import { expect, it } from 'vitest';
import { checkBacktested } from './backtested.ts';
import { at, nothing, startMs, stream } from './evidence.fixture.ts';
import type { Evidence } from './evidence.ts';

const started: BacktestEvent = {
  type: 'BacktestStarted',
  data: { ruleSetHash: 'h', from: at(0), to: at(1), testMode: false, at: at(10) },
};
const resumed: BacktestEvent = { type: 'BacktestResumed', data: { at: at(20) } };
const finished: BacktestEvent = { type: 'BacktestFinished', data: { result: { json: {} }, at: at(30) } };
const failed: BacktestEvent = { type: 'BacktestFailed', data: { message: 'x', at: at(30) } };

const world = (...events: readonly BacktestEvent[]): Evidence => ({
  ...nothing,
  tried: ['btst_1'],
  backtests: new Map([['btst_1', stream(...events)]]),
  disturbances: [{ part: 'rules', kind: 'killed', fromMs: startMs + 12, untilMs: startMs + 13 }],
});
const found = (evidence: Evidence) => checkBacktested(evidence).map(({ what }) => what);

it.each([
  ['a backtest that is finished', world(started, finished)],
  ['a backtest whose process was killed', world(started, resumed, finished)],
])('the audit finds nothing in %s', (_, evidence) => {
  expect(found(evidence)).toEqual([]);
});

it.each([
  ['a backtest is lost', { ...world(started), backtests: new Map() }, 'the log does not have it'],
  ['a backtest is not gone on with', world(started), 'it is running'],
  ['a backtest is given up', world(started, resumed, failed), 'it is failed'],
  ['a backtest is gone on with after its end', world(started, finished, resumed), 'follows its end'],
  [
    'a backtest is taken from who has it',
    { ...world(started, resumed, finished), disturbances: [] },
    'nothing',
  ],
  ['a stream does not begin with its start', world(finished), 'does not begin'],
])('the audit sees that %s', (_, evidence, what) => {
  expect(found(evidence)).toContainEqual(expect.stringContaining(what));
});
