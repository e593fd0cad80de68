import { streams, type Answer } from '@karrio/contracts';
import { backtestOf, isBacktestEvent } from '@karrio/domain';
import { loadValue, type EventStore } from '@karrio/event-store-client';
import { asJson } from '../decision/json.ts';
import { rejected } from '../decision/reply.ts';

/** How far a backtest is, and what came of it, whichever process does it. */
export const readBacktest = async (store: EventStore, org: string, id: string): Promise<Answer> => {
  const events = await store.read(streams.backtest(id));
  const view = events[0]?.metadata.org === org ? backtestOf(events.filter(isBacktestEvent)) : undefined;
  if (!view) return rejected('not-found', 'id', `No backtest has the id ${id}.`);
  const { status, started, done, total, message } = view;
  return {
    answered: asJson({
      id,
      status,
      message,
      done,
      total,
      ruleSetHash: started.ruleSetHash,
      from: started.from,
      to: started.to,
      result: view.result ? await loadValue(store, view.result) : null,
    }),
  };
};
