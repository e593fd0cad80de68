import { parseStream } from '@karrio/contracts';
import type { EventStore } from '@karrio/event-store-client';
import { gauge } from '@karrio/telemetry';
import { createBacklog, type Backlog } from './backlog.ts';

/** The first event of a run, and the last. */
const bounds = ['RunRequested', 'RunSucceeded', 'RunFailed', 'RunAborted', 'RunCancelled'];
const isBound: ReadonlySet<string> = new Set(bounds);

/** Keeps the backlog at what the log says; read from its beginning, beside the service's work. */
export const followBacklog = (
  store: Pick<EventStore, 'follow'>,
  runsMax: number,
): Backlog & AsyncDisposable => {
  const backlog = createBacklog(runsMax);
  const reading = gauge('karrio_backlog_runs', 'Runs that have begun and not ended.', backlog.count);
  const closing = new AbortController();
  const running = (async () => {
    const batches = store.follow({
      from: undefined,
      filter: { eventTypePrefixes: bounds },
      signal: closing.signal,
    });
    for await (const { events, position, isCaughtUp } of batches) {
      for (const { type, stream, metadata } of events) {
        const runId = parseStream(stream)?.id;
        // The filter lets through what only begins like one of them, too.
        if (runId !== undefined && isBound.has(type)) backlog.apply({ type, org: metadata.org, runId });
      }
      backlog.reached(position);
      if (isCaughtUp) backlog.becomeReady();
    }
  })();
  return {
    ...backlog,
    [Symbol.asyncDispose]: async () => {
      reading[Symbol.dispose]();
      closing.abort();
      await running;
    },
  };
};
