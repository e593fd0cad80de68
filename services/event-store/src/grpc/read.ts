import { createAllFeed } from '../read/all-feed.ts';
import { createEventReader } from '../read/event-reader.ts';
import type { Feed } from '../read/feed.ts';
import { createPage } from '../read/page.ts';
import type { ReadStore } from '../read/read-store.ts';
import { lastVisibleRevision } from '../read/last-visible-revision.ts';
import { createStreamFeed } from '../read/stream-feed.ts';
import { softDeleted } from '../stream/stream-metadata.ts';
import { filterMatcher } from '../subscription/event-filter.ts';
import { subscribe } from '../subscription/subscribe.ts';
import type { Call } from './call.ts';
import { singleRequest, type Method } from './method.ts';
import { readReadRequest, type ReadRequest, type ReadSource } from './read-request.ts';
import { readResponses } from './read-responses.ts';
import { statusCode } from './status.ts';
import { streamDeletedStatus } from './write-errors.ts';

export const read = (store: ReadStore): Method =>
  singleRequest((bytes, call) => {
    const request = readReadRequest(bytes);
    if (
      request.source.kind === 'stream' &&
      store.catalog.conditionOf(request.source.stream).tombstone !== undefined
    ) {
      call.end(streamDeletedStatus(request.source.stream));
      return;
    }
    if (request.count === undefined) {
      subscribe(store, call, request);
      return;
    }
    if (request.filter && request.source.kind === 'stream') {
      call.end({
        code: statusCode.invalidArgument,
        message: 'a filter is for reading all streams: leave it out',
      });
      return;
    }
    if (request.source.kind === 'stream' && !streamExists(store, request.source.stream)) {
      call.write(readResponses.streamNotFound(request.source.stream));
      call.end();
      return;
    }
    sendAll(call, createFeed(store, request, request.source, request.count));
  });

const streamExists = ({ catalog }: ReadStore, stream: string) =>
  lastVisibleRevision(catalog, stream) >= 0 &&
  catalog.conditionOf(stream).metadata.truncateBefore !== softDeleted;

const createFeed = (
  { log, catalog }: ReadStore,
  request: ReadRequest,
  source: ReadSource,
  count: number,
): Feed => {
  const { direction, resolveLinks, filter } = request;
  const isForwards = direction === 'forwards';
  const reader = createEventReader(log, catalog, {
    isSequential: source.kind === 'all' && isForwards,
    resolveLinks,
  });
  const end = isForwards ? Number.MAX_SAFE_INTEGER : catalog.visible();
  if (source.kind === 'stream') {
    const last = source.from === 'end' ? Number.MAX_SAFE_INTEGER : 0;
    const from = typeof source.from === 'number' ? source.from : last;
    return createStreamFeed(catalog, reader, { stream: source.stream, from, direction, count });
  }
  const from =
    source.from === 'start' ? 0 : source.from === 'end' ? end : catalog.index.ordinalFrom(source.from);
  const matches = filter && filterMatcher(filter, catalog.index);
  return createAllFeed(catalog, reader, { from, direction, count, matches, onConsidered: () => undefined });
};

/** A page at a time: the next one when the client has taken the one before. */
const sendAll = (call: Call, feed: Feed) => {
  const page = createPage();
  const send = () => {
    if (!call.isOpen()) return;
    try {
      const state = feed.fill(page);
      const hasRoom = page.isEmpty() || call.write(page.take());
      if (state !== 'more') call.end();
      else if (hasRoom) setImmediate(send);
      else call.onDrain(send);
    } catch (error) {
      call.fail(error);
    }
  };
  send();
};
