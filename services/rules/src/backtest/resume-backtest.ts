import { inherited } from '@karrio/contracts';
import { RevisionConflict, type Recorded } from '@karrio/event-store-client';
import type { BacktestView } from '@karrio/domain';
import { backtestLog } from './backtest-log.ts';
import { performBacktest } from './perform-backtest.ts';
import type { BacktestPorts } from './start-backtest.ts';

/** A backtest that ends so many processes is not tried again. */
const resumptionsMax = 3;

/**
 * Begins anew a backtest whose process has died; one that ended too many has failed. Nothing where another process
 * was quicker. @throws StoreUnavailable
 */
export const resumeBacktest = async (
  ports: BacktestPorts,
  id: string,
  { started, resumptions }: BacktestView,
  { metadata, revision }: Pick<Recorded, 'metadata' | 'revision'>,
): Promise<void> => {
  const record = backtestLog(ports, id, inherited(metadata), revision);
  const { ruleSetHash, from, to, testMode } = started;
  try {
    if (resumptions >= resumptionsMax) {
      const died = `The process that did it died ${resumptionsMax + 1} times.`;
      const message = `${died} See the log of the rules service, and try a shorter period.`;
      await record.note({ type: 'BacktestFailed', data: { message, at: record.at() } });
      return;
    }
    await record.note({ type: 'BacktestResumed', data: { at: record.at() } });
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    return;
  }
  ports.log.warn({ backtest: id }, 'backtest of a process that has died begun anew');
  const { ruleSet } = await ports.sealed.read(ruleSetHash);
  void performBacktest(ports, record, ruleSet, { org: metadata.org, from, to, testMode });
};
