import type { EventLog } from '../log/event-log.ts';
import type { Catalog } from './catalog.ts';
import { composeGroup, type ComposedGroup } from './compose-group.ts';
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

/**
 * The one writer of the log. What arrives in a turn of the event loop, or while a group is on its way to the
 * disk, becomes the next group: alone, an append waits for nothing but its own fdatasync; in a crowd, hundreds
 * share one.
 */
export const createWriter = (options: WriterOptions): Writer => {
  let queue: WriteRequest[] = [];
  let isBusy = false;
  let refusal: string | undefined;
  let failure: Error | undefined;
  const idle = Promise.withResolvers<void>();

  const submit = (request: WriteRequest) => {
    if (refusal !== undefined) {
      request.settle({ kind: 'refused', reason: refusal });
      return;
    }
    queue.push(request);
    if (isBusy) return;
    isBusy = true;
    setImmediate(flush);
  };

  const flush = () => {
    const requests = queue;
    queue = [];
    writeGroup(options, requests, fail, (outcomes) => {
      queue = [...requests.slice(outcomes.length), ...queue];
      proceed();
      settle(requests, outcomes);
    });
  };

  const proceed = () => {
    isBusy = queue.length > 0;
    if (isBusy) setImmediate(flush);
    else if (refusal !== undefined) idle.resolve();
  };

  /** After a failed write nobody knows what the disk holds: nothing is built on it, and readers see what was durable. */
  const fail = (error: Error, requests: readonly WriteRequest[]) => {
    failure = error;
    const reason = `the event store accepts no writes since "${error.message}": free or replace the disk, then restart the server`;
    refusal = reason;
    options.onFailure(error);
    const refused = [...requests, ...queue];
    queue = [];
    proceed();
    settle(
      refused,
      refused.map(() => ({ kind: 'refused', reason })),
    );
  };

  const close = () => {
    refusal ??= 'the event store is shutting down';
    if (!isBusy) idle.resolve();
    return idle.promise;
  };

  return { submit, failure: () => failure, close };
};

type Fail = (error: Error, requests: readonly WriteRequest[]) => void;

const writeGroup = (
  { log, catalog, onGroup, onPublished }: WriterOptions,
  requests: readonly WriteRequest[],
  fail: Fail,
  done: (outcomes: readonly WriteOutcome[]) => void,
) => {
  const startedMs = performance.now();
  const failed = (error: unknown) => {
    fail(error instanceof Error ? error : new Error(String(error)), requests);
  };
  const publish = ({ outcomes, buffer }: ComposedGroup) => {
    const from = catalog.visible();
    catalog.publish();
    const seconds = (performance.now() - startedMs) / 1000;
    onGroup({ requests: outcomes.length, bytes: buffer.size(), seconds });
    done(outcomes);
    if (catalog.visible() > from) onPublished(from, catalog.visible());
  };

  let group: ComposedGroup;
  let syncing: Promise<void> | undefined;
  try {
    group = composeGroup(log, catalog, requests);
    syncing = group.buffer.size() > 0 ? log.append(group.buffer) : undefined;
  } catch (error) {
    failed(error);
    return;
  }
  if (syncing) void syncing.then(() => publish(group), failed);
  else publish(group);
};

const settle = (requests: readonly WriteRequest[], outcomes: readonly WriteOutcome[]) => {
  for (const [index, outcome] of outcomes.entries()) requests[index]?.settle(outcome);
};
