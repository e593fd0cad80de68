import { parseStream, streamPrefixes } from '@karrio/contracts';
import { isRunEvent } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import type { Fact } from '../audit/evidence.ts';

export type RunLog = Readonly<{
  runs: () => ReadonlyMap<string, readonly Fact[]>;
  /** Of the last run event that was read. */
  position: () => bigint;
}>;

/** Follows all run events from the first one until `signal` aborts. */
export const followRuns = (
  store: EventStore,
  signal: AbortSignal,
): RunLog & Readonly<{ done: Promise<void> }> => {
  const runs = new Map<string, Fact[]>();
  let position = -1n;
  const read = async () => {
    const batches = store.follow({
      from: undefined,
      filter: { streamPrefixes: streamPrefixes('run') },
      signal,
    });
    for await (const { events } of batches) {
      for (const event of events) {
        const id = parseStream(event.stream)?.id;
        ({ position } = event);
        if (id === undefined || !isRunEvent(event)) continue;
        const facts = runs.get(id) ?? [];
        if (facts.length === 0) runs.set(id, facts);
        facts.push(event);
      }
    }
  };
  return { runs: () => runs, position: () => position, done: read() };
};
