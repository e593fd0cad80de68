import type { EventLog } from '../log/event-log.ts';
import type { Catalog } from './catalog.ts';
import { createGroupComposer } from './compose-group.ts';
import type { WriteOutcome, WriteRequest } from './write-request.ts';

export type Writer = Readonly<{
  submit: (request: WriteRequest) => void;
  /** Why nothing is written any more. */
  failure: () => Error | undefined;
  /** Writes what was submitted, and refuses what comes later. */
  close: () => Promise<void>;
}>;

export type WriterOptions = Readonly<{
  log: EventLog;
  catalog: Catalog;
  /** Readers may now see the events from one ordinal up to another. */
  onPublished: (from: number, to: number) => void;
  onFailure: (error: Error) => void;
  onGroup: (group: GroupFacts) => void;
}>;

export type GroupFacts = Readonly<{ requests: number; bytes: number; seconds: number }>;

/** Bounds the memory of a group; one append more may go over it. */
const groupBytesMax = 4 * 1024 * 1024;

type Settled = Readonly<{ request: WriteRequest; outcome: WriteOutcome }>;

/**
 * The one writer of the log. What arrives in a turn of the event loop, or while a group is on its way to the
 * disk, becomes the next group: alone, an append waits for nothing but its own fdatasync; in a crowd, hundreds
 * share one.
 */
export const createWriter = ({ log, catalog, onPublished, onFailure, onGroup }: WriterOptions): Writer => {
  let queue: WriteRequest[] = [];
  let isBusy = false;
  let isClosing = false;
  let failure: Error | undefined;
  const idle = Promise.withResolvers<void>();

  const submit = (request: WriteRequest) => {
    if (isClosing) {
      request.settle({ kind: 'refused', reason: 'the event store is shutting down' });
      return;
    }
    queue.push(request);
    if (isBusy) return;
    isBusy = true;
    setImmediate(flush);
  };

  const flush = () => {
    const settled: Settled[] = [];
    try {
      if (failure) throw failure;
      const startedMs = performance.now();
      const group = compose(settled);
      const syncing = group.size() > 0 ? log.append(group.bytes()) : undefined;
      const done = () => {
        onGroup({
          requests: settled.length,
          bytes: group.size(),
          seconds: (performance.now() - startedMs) / 1000,
        });
        publish(settled);
      };
      if (syncing) syncing.then(done, (error: unknown) => fail(error, settled));
      else done();
    } catch (error) {
      fail(error, settled);
    }
  };

  const compose = (settled: Settled[]) => {
    const composer = createGroupComposer(log, catalog, Date.now());
    let taken = 0;
    for (const request of queue) {
      if (composer.size() >= groupBytesMax) break;
      settled.push({ request, outcome: composer.add(request) });
      taken++;
    }
    queue = taken === queue.length ? [] : queue.slice(taken);
    return composer;
  };

  const publish = (settled: readonly Settled[]) => {
    const from = catalog.visible();
    catalog.publish();
    next();
    for (const { request, outcome } of settled) request.settle(outcome);
    if (catalog.visible() > from) onPublished(from, catalog.visible());
  };

  /** After a failed write nobody knows what the disk holds, so nothing is built on it; readers see what was durable. */
  const fail = (error: unknown, settled: readonly Settled[]) => {
    if (!failure) {
      failure = error instanceof Error ? error : new Error(String(error));
      onFailure(failure);
    }
    const reason = `the event store accepts no writes since ${failure.message}; free the disk or replace it, then restart the server`;
    const refused = [...settled.map(({ request }) => request), ...queue];
    queue = [];
    next();
    for (const request of refused) request.settle({ kind: 'refused', reason });
  };

  const next = () => {
    isBusy = queue.length > 0;
    if (isBusy) setImmediate(flush);
    else if (isClosing) idle.resolve();
  };

  const close = () => {
    isClosing = true;
    if (!isBusy) idle.resolve();
    return idle.promise;
  };

  return { submit, failure: () => failure, close };
};
