import { eventGuard, type Event } from '../event.ts';
import type { Stored } from '../run/facts.ts';

/** A draft is tried on the decisions of a period; `ruleSetHash` is that of the rules which are tried. */
export type BacktestStarted = Event<
  'BacktestStarted',
  { ruleSetHash: string; from: string; to: string; testMode: boolean; at: string }
>;
export type BacktestProgressed = Event<'BacktestProgressed', { done: number; total: number; at: string }>;
export type BacktestFinished = Event<'BacktestFinished', { result: Stored; at: string }>;
/** `message` says what to do about it. */
export type BacktestFailed = Event<'BacktestFailed', { message: string; at: string }>;
export type BacktestEvent = BacktestStarted | BacktestProgressed | BacktestFinished | BacktestFailed;

export const isBacktestEvent = eventGuard<BacktestEvent>({
  BacktestStarted: true,
  BacktestProgressed: true,
  BacktestFinished: true,
  BacktestFailed: true,
});

export type BacktestView = Readonly<{
  status: 'running' | 'finished' | 'failed';
  started: BacktestStarted['data'];
  done: number;
  total: number | null;
  result: Stored | null;
  message: string | null;
  /** When it was last heard of. */
  at: string;
}>;

const evolve = (
  view: BacktestView,
  { type, data }: Exclude<BacktestEvent, BacktestStarted>,
): BacktestView => {
  const { at } = data;
  switch (type) {
    case 'BacktestProgressed':
      return { ...view, done: data.done, total: data.total, at };
    case 'BacktestFinished':
      return { ...view, status: 'finished', done: view.total ?? view.done, result: data.result, at };
    case 'BacktestFailed':
      return { ...view, status: 'failed', message: data.message, at };
  }
};

/** A backtest as its stream tells it; undefined where there is none. */
export const backtestOf = ([started, ...rest]: readonly BacktestEvent[]): BacktestView | undefined => {
  if (started?.type !== 'BacktestStarted') return undefined;
  const { data } = started;
  const begun: BacktestView = {
    status: 'running',
    started: data,
    done: 0,
    total: null,
    result: null,
    message: null,
    at: data.at,
  };
  return rest.reduce((view, event) => (event.type === 'BacktestStarted' ? view : evolve(view, event)), begun);
};
