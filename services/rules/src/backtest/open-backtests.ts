import { parseStream, streams } from '@karrio/contracts';
import { backtestOf, isBacktestEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { resumeBacktest } from './resume-backtest.ts';
import type { BacktestPorts } from './start-backtest.ts';

/** Up to which event a backtest was heard of, and since when not any further, by this process's own clock. */
type Heard = Readonly<{ revision: number; sinceMs: number }>;

/** The backtests that have begun and are not over, as far as the log was followed. */
export const createOpenBacktests = (ports: BacktestPorts, clock: () => number = () => performance.now()) => {
  // So long a process may be busy, or without the event store, before its backtest is taken from it.
  const silentMsMax = 2 * ports.leaseMs;
  const open = new Map<string, Heard>();
  const unheard = (): Heard => ({ revision: -1, sinceMs: clock() });

  const look = async (id: string, heard: Heard): Promise<void> => {
    const events = await ports.store.read(streams.backtest(id));
    const view = backtestOf(events.filter(isBacktestEvent));
    const last = events.at(-1);
    if (!last || view?.status !== 'running') open.delete(id);
    else if (last.revision > heard.revision) open.set(id, { revision: last.revision, sinceMs: clock() });
    else if (clock() - heard.sinceMs >= silentMsMax) await resumeBacktest(ports, id, view, last);
  };

  return {
    take: (event: Recorded): void => {
      const id = parseStream(event.stream)?.id;
      if (id === undefined || !isBacktestEvent(event)) return;
      if (event.type === 'BacktestStarted') open.set(id, unheard());
      if (event.type === 'BacktestFinished' || event.type === 'BacktestFailed') open.delete(id);
    },
    restore: (ids: readonly string[]): void => {
      open.clear();
      for (const id of ids) open.set(id, unheard());
    },
    ids: (): readonly string[] => [...open.keys()],
    /** Begins anew those that give no sign of life. @throws StoreUnavailable */
    resumeSilent: async (): Promise<void> => {
      for (const [id, heard] of open) await look(id, heard);
    },
  };
};
export type OpenBacktests = ReturnType<typeof createOpenBacktests>;
