import { streams } from '@karrio/contracts';
import type { BacktestEvent } from '@karrio/domain';
import { expect, it, vi } from 'vitest';
import { createOpenBacktests } from './open-backtests.ts';
import type { BacktestPorts } from './start-backtest.ts';
import { createUnderWay } from './under-way.ts';

const at = '2026-11-27T12:00:00.000Z';
const metadata = { org: 'org_1', actor: 'key_1', $correlationId: 'c', $causationId: 'c', schema: 1 };

/** A log of one backtest that begun, with what a process does of it in the test's hand. */
const setup = () => {
  const log: BacktestEvent[] = [
    { type: 'BacktestStarted', data: { ruleSetHash: 'h', from: at, to: at, testMode: false, at } },
  ];
  const { promise: tested, resolve } = Promise.withResolvers<object>();
  const store = {
    isAway: false,
    read: async () => {
      if (store.isAway) throw new Error('away');
      return log.map((event, revision) => ({ ...event, revision, metadata, stream: streams.backtest('b') }));
    },
    append: async (_: string, events: readonly BacktestEvent[]) => {
      log.push(...events);
      return { revision: log.length - 1, position: 1n };
    },
  };
  const underWay = createUnderWay();
  const ports = {
    store,
    underWay,
    leaseMs: 1_000,
    now: () => 0,
    threads: { run: () => tested },
    sealed: { read: async () => ({ ruleSet: { rules: [] } }) },
    backtests: { add: () => {} },
    log: { warn: () => {}, info: () => {}, error: () => {} },
  } as unknown as BacktestPorts;
  const open = createOpenBacktests(ports);
  open.restore(['b']);
  const resumptions = () => log.filter(({ type }) => type === 'BacktestResumed').length;
  return { store, underWay, open, log, resumptions, finish: () => resolve({ tested: {} }) };
};

it('a backtest is taken from its process when it was silent at so many looks, not for so long a time', async () => {
  const { store, open, log, resumptions, finish } = setup();
  await open.resumeSilent();
  await open.resumeSilent();
  log.push({ type: 'BacktestQueued', data: { at } });
  await open.resumeSilent();
  await open.resumeSilent();
  // While nobody can write, nobody is silent.
  store.isAway = true;
  await expect(open.resumeSilent()).rejects.toThrow('away');
  store.isAway = false;
  expect(resumptions()).toBe(0);
  await open.resumeSilent();
  expect(resumptions()).toBe(1);
  finish();
});

it('a backtest that is gone on with is one of those that its organisation has under way, until it is over', async () => {
  const { open, underWay, finish, log } = setup();
  for (let looks = 0; looks < 3; looks++) await open.resumeSilent();
  expect(underWay.count('org_1')).toBe(1);
  finish();
  await vi.waitFor(() => expect(underWay.count('org_1')).toBe(0));
  expect(log.at(-1)).toMatchObject({ type: 'BacktestFinished' });
});
