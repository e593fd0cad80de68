import type { BacktestSoFar } from '@karrio/domain';
import { RevisionConflict, storeValue, type EventStore } from '@karrio/event-store-client';
import type { Counter, Logger } from '@karrio/telemetry';
import { asJson } from '../decision/json.ts';
import { ThreadsClosed, type Threads } from '../thread/run-in-thread.ts';
import type { Progress, SoFar, Task } from '../thread/task.ts';
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
/** What was tested is kept so seldom, in beats: with what it lists it may be half a megabyte. */
const beatsPerKept = 30;

/** Tests a period in a thread of its own, and records how far it is and what came of it. Never throws. */
export const performBacktest = async (
  ports: PerformPorts,
  record: BacktestLog,
  task: Pick<Extract<Task, { kind: 'backtest' }>, 'ruleSet' | 'period' | 'soFar'>,
): Promise<void> => {
  const { threads, databaseUrl, store } = ports;
  const heart = startHeart(ports, record);
  try {
    const outcome = await threads.run({ kind: 'backtest', databaseUrl, ...task }, heart.tell, heart.lost);
    await heart.stop();
    if (!('tested' in outcome)) throw new Error('a backtest that tested nothing');
    const result = await storeValue(store, asJson(outcome.tested), record.metadata);
    await record.note({ type: 'BacktestFinished', data: { result, at: record.at() } });
    ports.backtests.add(1, { outcome: 'finished' });
  } catch (err) {
    await heart.stop();
    leave(ports, record, err);
  }
};

/** Notes again and again that the backtest is alive, how far it is, and at times what was tested of it. */
const startHeart = ({ store, leaseMs, log }: PerformPorts, record: BacktestLog) => {
  const lost = new AbortController();
  let progress: Progress | undefined;
  let tested: SoFar | undefined;
  let beats = 0;
  const kept = async (): Promise<BacktestSoFar | undefined> => {
    if (!tested || beats % beatsPerKept !== 0) return undefined;
    const { result, ...where } = tested;
    return { result: await storeValue(store, asJson(result), record.metadata), ...where };
  };
  const beat = async () => {
    beats++;
    const made = progress;
    const soFar = await kept();
    if (made) {
      const data = { ...made, ...(soFar && { soFar }), at: record.at() };
      return record.note({ type: 'BacktestProgressed', data });
    }
    return record.note({ type: 'BacktestQueued', data: { at: record.at() } });
  };
  const missed = (err: unknown) => {
    if (err instanceof RevisionConflict) lost.abort(err);
    else log.warn({ err, backtest: record.id }, 'progress of a backtest not recorded');
  };
  let beating: Promise<void> | undefined;
  const timer = setInterval(() => {
    beating ??= beat()
      .catch(missed)
      .finally(() => (beating = undefined));
  }, leaseMs / beatsPerLease);
  return {
    /** Aborts when another process has taken the backtest over. */
    lost: lost.signal,
    tell: (made: Progress, soFar?: SoFar): void => {
      progress = made;
      tested = soFar ?? tested;
    },
    /** Afterwards nothing more is noted. */
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await beating;
    },
  };
};

/**
 * Says nothing in its stream: whoever follows the log goes on with a silent one as with one whose process has died,
 * so that a database that is away for a moment fails none, and gives up in the end.
 */
const leave = ({ log }: PerformPorts, record: BacktestLog, err: unknown): void => {
  const about = { err, backtest: record.id };
  if (err instanceof RevisionConflict || err instanceof ThreadsClosed) {
    log.info(about, 'backtest left to another process');
    return;
  }
  log.error(about, 'backtest interrupted; it will be gone on with');
};
