import { eventGuard, type Event } from '../event.ts';
import type { Stored } from '../run/facts.ts';

/** A draft is tried on the decisions of a period; `ruleSetHash` is that of the rules which are tried. */
export type BacktestStarted = Event<
  'BacktestStarted',
  { ruleSetHash: string; from: string; to: string; testMode: boolean; at: string }
>;
/** What has been tested of it, up to where its period was read: whoever resumes it goes on at `next`. */
export type BacktestSoFar = Readonly<{
  result: Stored;
  done: number;
  next: Readonly<{ at: string; id: string }>;
}>;
export type BacktestProgressed = Event<
  'BacktestProgressed',
  { done: number; total: number; soFar?: BacktestSoFar; at: string }
>;
/** It waits for its turn, and its process is alive. */
export type BacktestQueued = Event<'BacktestQueued', { at: string }>;
/** Its process died; another one goes on with what was kept of it. */
export type BacktestResumed = Event<'BacktestResumed', { at: string }>;
export type BacktestFinished = Event<'BacktestFinished', { result: Stored; at: string }>;
/** `message` says what to do about it. */
export type BacktestFailed = Event<'BacktestFailed', { message: string; at: string }>;
export type BacktestEvent =
  BacktestStarted | BacktestQueued | BacktestProgressed | BacktestResumed | BacktestFinished | BacktestFailed;

export const isBacktestEvent = eventGuard<BacktestEvent>({
  BacktestStarted: true,
  BacktestQueued: true,
  BacktestProgressed: true,
  BacktestResumed: true,
  BacktestFinished: true,
  BacktestFailed: true,
});

export type BacktestView = Readonly<{
  status: 'running' | 'finished' | 'failed';
  started: BacktestStarted['data'];
  done: number;
  total: number | null;
  /** The last that was kept. */
  soFar: BacktestSoFar | null;
  result: Stored | null;
  message: string | null;
  /** How often its process died. */
  resumptions: number;
}>;

const evolve = (
  view: BacktestView,
  { type, data }: Exclude<BacktestEvent, BacktestStarted>,
): BacktestView => {
  switch (type) {
    case 'BacktestQueued':
      return view;
    case 'BacktestProgressed':
      return { ...view, done: data.done, total: data.total, soFar: data.soFar ?? view.soFar };
    case 'BacktestResumed':
      return { ...view, done: view.soFar?.done ?? 0, resumptions: view.resumptions + 1 };
    case 'BacktestFinished':
      return { ...view, status: 'finished', done: view.total ?? view.done, result: data.result };
    case 'BacktestFailed':
      return { ...view, status: 'failed', message: data.message };
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
    soFar: null,
    result: null,
    message: null,
    resumptions: 0,
  };
  return rest.reduce((view, event) => (event.type === 'BacktestStarted' ? view : evolve(view, event)), begun);
};
