import { streams, type EventMetadata } from '@karrio/contracts';
import type { BacktestEvent } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import { randomUUID } from 'node:crypto';

type Ports = Readonly<{ store: EventStore; now: () => number }>;

/** One process's pen on a backtest's stream, which has so many events as it begins. */
export type BacktestLog = Readonly<{
  id: string;
  metadata: EventMetadata;
  /** One event after the other. @throws RevisionConflict when another process has taken the backtest over */
  note: (event: BacktestEvent) => Promise<void>;
  /** The time, as events say it. */
  at: () => string;
}>;

export const backtestLog = (
  { store, now }: Ports,
  id: string,
  metadata: EventMetadata,
  revision = -1,
): BacktestLog => {
  const stream = streams.backtest(id);
  let last = revision;
  let writing: Promise<void> = Promise.resolve();
  const write = async (event: BacktestEvent) => {
    const expected = last < 0 ? 'no-stream' : last;
    ({ revision: last } = await store.append(stream, [{ ...event, id: randomUUID(), metadata }], expected));
  };
  return {
    id,
    metadata,
    note: (event) => {
      writing = writing.catch(() => {}).then(() => write(event));
      return writing;
    },
    at: () => new Date(now()).toISOString(),
  };
};
