import { inherited } from '@karrio/contracts';
import type { BacktestResult, BacktestSoFar, BacktestView, Json } from '@karrio/domain';
import { loadValue, RevisionConflict, type EventStore, type Recorded } from '@karrio/event-store-client';
import type { SoFar } from '../thread/task.ts';
import { backtestLog } from './backtest-log.ts';
import { performBacktest } from './perform-backtest.ts';
import type { BacktestPorts } from './start-backtest.ts';

/** A backtest that was interrupted once more often is not tried again. */
const resumptionsMax = 3;

/**
 * Goes on with a backtest whose process has died or met a fault, from what was kept of it; one too many is a failure.
 * Nothing where another process was quicker. @throws StoreUnavailable
 */
export const resumeBacktest = async (
  ports: BacktestPorts,
  id: string,
  { started, soFar, resumptions }: BacktestView,
  { metadata, revision }: Pick<Recorded, 'metadata' | 'revision'>,
): Promise<void> => {
  const record = backtestLog(ports, id, inherited(metadata), revision);
  const { ruleSetHash, from, to, testMode } = started;
  try {
    if (resumptions >= resumptionsMax) {
      const times = `It was interrupted ${resumptionsMax + 1} times, by faults or the death of its process.`;
      const message = `${times} See the log of the rules service, and try a shorter period.`;
      await record.note({ type: 'BacktestFailed', data: { message, at: record.at() } });
      ports.backtests.add(1, { outcome: 'failed' });
      return;
    }
    await record.note({ type: 'BacktestResumed', data: { at: record.at() } });
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    return;
  }
  ports.log.warn({ backtest: id }, 'going on with a backtest that was interrupted');
  const { org } = metadata;
  const [{ ruleSet }, tested] = await Promise.all([
    ports.sealed.read(ruleSetHash),
    loadSoFar(ports.store, soFar),
  ]);
  // One of those under way, however many there are.
  const turn = ports.underWay.begin(org);
  const task = { ruleSet, period: { org, from, to, testMode }, soFar: tested };
  void performBacktest(ports, record, task).finally(() => turn[Symbol.dispose]());
};

const loadSoFar = async (store: EventStore, soFar: BacktestSoFar | null): Promise<SoFar | null> =>
  soFar && { ...soFar, result: asResult(await loadValue(store, soFar.result)) };

// oxlint-disable-next-line typescript/consistent-type-assertions -- performBacktest wrote it
const asResult = (json: Json) => json as unknown as BacktestResult;
