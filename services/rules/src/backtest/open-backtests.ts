import { parseStream, streams } from '@karrio/contracts';
import { backtestOf, isBacktestEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { resumeBacktest } from './resume-backtest.ts';
import type { BacktestPorts } from './start-backtest.ts';

/** Up to which event a backtest was heard of, and how often there was nothing further since. */
type Heard = Readonly<{ revision: number; quietLooks: number }>;

/** How often they are looked at. */
export const lookEveryMs = 1_000;

const unheard: Heard = { revision: -1, quietLooks: 0 };

/** The backtests that have begun and are not over, as far as the log was followed. */
export const createOpenBacktests = (ports: BacktestPorts) => {
  // So long a process may be busy before its backtest is taken from it. In looks, not by the clock: while this
  // process did not run, or the event store was away, whoever does the backtest may have been as silent.
  const quietLooksMax = Math.ceil((2 * ports.leaseMs) / lookEveryMs);
  const open = new Map<string, Heard>();

  const look = async (id: string, heard: Heard): Promise<void> => {
    const events = await ports.store.read(streams.backtest(id));
    const view = backtestOf(events.filter(isBacktestEvent));
    const last = events.at(-1);
    if (!last || view?.status !== 'running') open.delete(id);
    else if (last.revision > heard.revision) open.set(id, { revision: last.revision, quietLooks: 0 });
    else if (heard.quietLooks + 1 < quietLooksMax)
      open.set(id, { ...heard, quietLooks: heard.quietLooks + 1 });
    else await resumeBacktest(ports, id, view, last);
  };

  return {
    take: (event: Recorded): void => {
      const id = parseStream(event.stream)?.id;
      if (id === undefined || !isBacktestEvent(event)) return;
      if (event.type === 'BacktestStarted') open.set(id, unheard);
      if (event.type === 'BacktestFinished' || event.type === 'BacktestFailed') open.delete(id);
    },
    restore: (ids: readonly string[]): void => {
      open.clear();
      for (const id of ids) open.set(id, unheard);
    },
    ids: (): readonly string[] => [...open.keys()],
    /** Goes on with those that give no sign of life. To be called each `lookEveryMs`. @throws StoreUnavailable */
    resumeSilent: async (): Promise<void> => {
      for (const [id, heard] of open) await look(id, heard);
    },
  };
};
export type OpenBacktests = ReturnType<typeof createOpenBacktests>;
