import { parseStream, streams } from '@karrio/contracts';
import type { EventStore } from '@karrio/event-store-client';
import type { Log } from '../audit/evidence.ts';
import { createLogCollector } from './collect-log.ts';

export type LogReader = Readonly<{
  log: () => Log;
  /** Of the last event that was read, those apart by which services note how far they are. */
  position: () => bigint;
  done: Promise<void>;
}>;

/** Follows the whole log from its first event until `signal` aborts. */
export const followLog = (
  store: EventStore,
  secrets: () => readonly string[],
  signal: AbortSignal,
): LogReader => {
  const collector = createLogCollector(secrets);
  let position = -1n;
  const read = async () => {
    const filter = { streamPrefixes: Object.values(streams).map((nameOf) => nameOf('')) };
    for await (const { events } of store.follow({ from: undefined, filter, signal })) {
      for (const event of events) {
        collector.take(event);
        if (parseStream(event.stream)?.kind !== 'checkpoint') ({ position } = event);
      }
    }
  };
  return { log: collector.log, position: () => position, done: read() };
};
