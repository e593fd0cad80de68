import type { RuleSet } from '@karrio/domain';
import { RevisionConflict, storeValue, type EventStore } from '@karrio/event-store-client';
import type { Counter, Logger } from '@karrio/telemetry';
import { asJson } from '../decision/json.ts';
import { ThreadsClosed, type Threads } from '../thread/run-in-thread.ts';
import type { Period, Progress } from '../thread/task.ts';
import type { BacktestLog } from './backtest-log.ts';

export type PerformPorts = Readonly<{
  store: EventStore;
  threads: Threads;
  databaseUrl: string;
  /** Who gives no sign of life for twice as long has died. */
  leaseMs: number;
  now: () => number;
  log: Logger;
  backtests: Counter;
}>;

const beatsPerLease = 5;

/** Tests a period in a thread of its own, and records how far it is and what came of it. Never throws. */
export const performBacktest = async (
  ports: PerformPorts,
  record: BacktestLog,
  ruleSet: RuleSet,
  period: Period,
): Promise<void> => {
  const { threads, databaseUrl, leaseMs, store, log } = ports;
  const lost = new AbortController();
  let progress: Progress | undefined;
  const beat = () => {
    const alive = progress
      ? ({ type: 'BacktestProgressed', data: { ...progress, at: record.at() } } as const)
      : ({ type: 'BacktestQueued', data: { at: record.at() } } as const);
    record.note(alive).catch((err: unknown) => {
      if (err instanceof RevisionConflict) lost.abort(err);
      else log.warn({ err, backtest: record.id }, 'progress of a backtest not recorded');
    });
  };
  const beating = setInterval(beat, leaseMs / beatsPerLease);
  try {
    const task = { kind: 'backtest', ruleSet, databaseUrl, period } as const;
    const outcome = await threads.run(task, (made) => (progress = made), lost.signal);
    clearInterval(beating);
    if (!('tested' in outcome)) throw new Error('a backtest that tested nothing');
    const result = await storeValue(store, asJson(outcome.tested), record.metadata);
    await record.note({ type: 'BacktestFinished', data: { result, at: record.at() } });
    ports.backtests.add(1, { outcome: 'finished' });
  } catch (err) {
    clearInterval(beating);
    await fail(ports, record, err);
  }
};

const fail = async ({ log, backtests }: PerformPorts, record: BacktestLog, err: unknown): Promise<void> => {
  const about = { err, backtest: record.id };
  // Another process goes on with it, or will.
  if (err instanceof RevisionConflict || err instanceof ThreadsClosed) {
    log.info(about, 'backtest left to another process');
    return;
  }
  log.error(about, 'backtest failed');
  backtests.add(1, { outcome: 'failed' });
  const message = 'The backtest failed; the log of the rules service says why. Start it again.';
  await record
    .note({ type: 'BacktestFailed', data: { message, at: record.at() } })
    .catch((failure: unknown) => log.error({ ...about, err: failure }, 'end of a backtest not recorded'));
};
