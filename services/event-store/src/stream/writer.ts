import type { EventLog } from '../log/event-log.ts';
import type { GroupBuffer } from '../log/group-buffer.ts';
import { UnusableSegment } from '../log/segment-file.ts';
import type { Catalog } from './catalog.ts';
import { createGroupComposer, type GroupComposer } from './compose-group.ts';
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

type Group = Readonly<{
  outcomes: readonly WriteOutcome[];
  buffer: GroupBuffer;
  startedMs: number;
}>;

/**
 * The one writer of the log. What arrives in a turn of the event loop, or while a group is on its way to the
 * disk, becomes the next group: alone, an append waits for nothing but its own fdatasync; in a crowd, hundreds
 * share one.
 */
export const createWriter = ({ log, catalog, onPublished, onFailure, onGroup }: WriterOptions): Writer => {
  let queue: WriteRequest[] = [];
  /** The requests of the group that is being written. */
  let inFlight: readonly WriteRequest[] = [];
  let isBusy = false;
  let isClosing = false;
  let failure: Error | undefined;
  const idle = Promise.withResolvers<void>();

  const submit = (request: WriteRequest) => {
    if (isClosing || failure) {
      request.settle({
        kind: 'refused',
        reason: failure ? refusal(failure) : 'the event store is shutting down',
      });
      return;
    }
    queue.push(request);
    if (isBusy) return;
    isBusy = true;
    setImmediate(flush);
  };

  const flush = () => {
    let group: Group;
    let syncing: Promise<void> | undefined;
    try {
      group = compose();
      syncing = group.buffer.size() > 0 ? log.append(group.buffer) : undefined;
    } catch (error) {
      fail(error);
      return;
    }
    if (syncing) void syncing.then(() => publish(group), fail);
    else publish(group);
  };

  const compose = (): Group => {
    const startedMs = performance.now();
    const composer = createGroupComposer(log, catalog, Date.now());
    const outcomes: WriteOutcome[] = [];
    for (const request of queue) {
      if (composer.group.size() >= groupBytesMax) break;
      outcomes.push(decide(composer, request));
    }
    inFlight = queue;
    if (outcomes.length === queue.length) queue = [];
    else {
      inFlight = queue.slice(0, outcomes.length);
      queue = queue.slice(outcomes.length);
    }
    return { outcomes, buffer: composer.group, startedMs };
  };

  const publish = ({ outcomes, buffer, startedMs }: Group) => {
    const from = catalog.visible();
    catalog.publish();
    const seconds = (performance.now() - startedMs) / 1000;
    onGroup({ requests: outcomes.length, bytes: buffer.size(), seconds });
    settle(outcomes);
    if (catalog.visible() > from) onPublished(from, catalog.visible());
  };

  /** After a failed write nobody knows what the disk holds: nothing is built on it, and readers see what was durable. */
  const fail = (error: unknown) => {
    const reason = error instanceof Error ? error : new Error(String(error));
    failure = reason;
    onFailure(reason);
    inFlight = [...inFlight, ...queue];
    queue = [];
    settle(inFlight.map(() => ({ kind: 'refused', reason: refusal(reason) })));
  };

  const settle = (outcomes: readonly WriteOutcome[]) => {
    const settled = inFlight;
    inFlight = [];
    isBusy = queue.length > 0;
    if (isBusy) setImmediate(flush);
    else if (isClosing) idle.resolve();
    for (const [index, outcome] of outcomes.entries()) settled[index]?.settle(outcome);
  };

  const close = () => {
    isClosing = true;
    if (!isBusy) idle.resolve();
    return idle.promise;
  };

  return { submit, failure: () => failure, close };
};

/** An old event that can no longer be read fails the append that had to be compared with it, and no other. */
const decide = (composer: GroupComposer, request: WriteRequest): WriteOutcome => {
  try {
    return composer.add(request);
  } catch (error) {
    if (!(error instanceof UnusableSegment)) throw error;
    return { kind: 'refused', reason: error.message };
  }
};

const refusal = ({ message }: Error) =>
  `the event store accepts no writes since "${message}": free or replace the disk, then restart the server`;
