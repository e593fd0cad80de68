import { streams, type Answer } from '@karrio/contracts';
import { backtestOf, isBacktestEvent } from '@karrio/domain';
import { loadValue, type EventStore } from '@karrio/event-store-client';
import { asJson } from '../decision/json.ts';
import { rejected } from '../decision/reply.ts';

/** One that is not heard of for so long died with its process. */
const silentMsMax = 60_000;

/** How far a backtest is, and what came of it, whichever process does it. */
export const readBacktest = async (
  store: EventStore,
  org: string,
  id: string,
  nowMs: number,
): Promise<Answer> => {
  const events = await store.read(streams.backtest(id));
  const view = events[0]?.metadata.org === org ? backtestOf(events.filter(isBacktestEvent)) : undefined;
  if (!view) return rejected('not-found', 'id', `No backtest has the id ${id}.`);
  const { status, started, done, total, message } = view;
  const isLost = status === 'running' && nowMs - Date.parse(view.at) > silentMsMax;
  return {
    answered: asJson({
      id,
      status: isLost ? 'failed' : status,
      message: isLost ? 'The process that did it has died. Start the backtest again.' : message,
      done,
      total,
      ruleSetHash: started.ruleSetHash,
      from: started.from,
      to: started.to,
      result: view.result ? await loadValue(store, view.result) : null,
    }),
  };
};
