import { randomUUID } from 'node:crypto';
import type { Call } from '../grpc/call.ts';
import type { ReadRequest, ReadSource } from '../grpc/read-request.ts';
import { readResponses } from '../grpc/read-responses.ts';
import { streamDeletedStatus } from '../grpc/write-errors.ts';
import { createAllFeed } from '../read/all-feed.ts';
import { createEventReader, type EventReader } from '../read/event-reader.ts';
import type { Feed } from '../read/feed.ts';
import { createPage, type Page } from '../read/page.ts';
import type { ReadStore } from '../read/read-store.ts';
import { lastVisibleRevision } from '../read/last-visible-revision.ts';
import { createStreamFeed } from '../read/stream-feed.ts';
import { createCheckpoints, type Checkpoints } from './checkpoints.ts';
import { filterMatcher } from './event-filter.ts';

/** Further behind than this when it can write again, a subscription has fallen behind and says when it caught up. */
const fallenBehindBytes = 1024 * 1024;

/**
 * Sends what is there, says `caught_up`, then sends what comes. A subscription holds one page and its place in the
 * log, nothing else: a slow one reads later from memory or disk, and costs the writer nothing.
 */
export const subscribe = (store: ReadStore, call: Call, request: ReadRequest) => {
  const { source, filter } = request;
  const isSequential = source.kind === 'all';
  const reader = createEventReader(store.log, store.catalog, {
    isSequential,
    resolveLinks: request.resolveLinks,
  });
  const checkpoints = filter && createCheckpoints(filter.checkpointEvery);
  const feed = createFeed(store, reader, request, checkpoints);
  const page = createPage();
  const stream = source.kind === 'stream' ? source.stream : undefined;
  let isLive = false;
  let sentTo = store.log.end();
  let stopWaiting: () => void = () => undefined;

  const wait = () => {
    stopWaiting = store.tail.wait(stream, send);
  };

  const arrive = () => {
    if (isLive) return;
    isLive = true;
    checkpoints?.addCurrent(page);
    page.add(readResponses.caughtUp, 0, readResponses.caughtUp.length);
  };

  const send = () => {
    if (!call.isOpen()) return;
    try {
      const state = feed.fill(page);
      if (state === 'end') arrive();
      const hasRoom = page.isEmpty() || call.write(page.take());
      if (state === 'end' && endTombstoned(store, call, reader, stream)) return;
      if (!hasRoom) pauseUntilDrained();
      else if (state === 'end') wait();
      else setImmediate(send);
    } catch (error) {
      call.fail(error);
    }
  };

  const pauseUntilDrained = () => {
    sentTo = store.log.end();
    call.onDrain(() => {
      if (store.log.end() - sentTo > fallenBehindBytes) isLive = false;
      send();
    });
  };

  call.onClose(() => {
    stopWaiting();
  });
  call.write(readResponses.confirmation(randomUUID()));
  send();
};

/** Positions and revisions are what the subscriber has seen: it goes on behind them. */
const createFeed = (
  { catalog }: ReadStore,
  reader: EventReader,
  { source, filter }: ReadRequest,
  checkpoints: Checkpoints | undefined,
): Feed => {
  const count = Number.POSITIVE_INFINITY;
  if (source.kind === 'stream') {
    const from = firstRevision(source, lastVisibleRevision(catalog, source.stream));
    return createStreamFeed(catalog, reader, { stream: source.stream, from, direction: 'forwards', count });
  }
  const from =
    source.from === 'start'
      ? 0
      : source.from === 'end'
        ? catalog.visible()
        : catalog.index.ordinalFrom(source.from + 1);
  checkpoints?.startAt(
    from > 0 ? catalog.index.positionAt(Math.min(from, catalog.visible()) - 1) : undefined,
  );
  return createAllFeed(catalog, reader, {
    from,
    direction: 'forwards',
    count,
    matches: filter && filterMatcher(filter, catalog.index),
    onConsidered: (position, page) => checkpoints?.consider(position, page),
  });
};

const firstRevision = ({ from }: ReadSource, last: number) => {
  if (from === 'start') return 0;
  return from === 'end' ? last + 1 : from + 1;
};

/** A stream that ends for good ends its subscriptions, with the event that says so. */
const endTombstoned = (
  { catalog }: ReadStore,
  call: Call,
  reader: EventReader,
  stream: string | undefined,
) => {
  const tombstone = stream === undefined ? undefined : catalog.conditionOf(stream).tombstone;
  if (stream === undefined || tombstone === undefined) return false;
  const page: Page = createPage();
  reader.addTo(page, reader.frameOf(tombstone));
  call.write(page.take());
  call.end(streamDeletedStatus(stream));
  return true;
};
