import { randomUUID } from 'node:crypto';
import { frameLength, headerOf } from '../src/log/frame.ts';
import type { FrameAt } from '../src/log/recent-bytes.ts';
import { dataOf } from '../src/log/recorded-event.ts';
import { openStore, type Store } from '../src/open-store.ts';
import { createAllFeed } from '../src/read/all-feed.ts';
import { createEventReader, type EventReader } from '../src/read/event-reader.ts';
import type { Direction, Feed } from '../src/read/feed.ts';
import { createPage, type Page } from '../src/read/page.ts';
import { createStreamFeed } from '../src/read/stream-feed.ts';
import { scavenge } from '../src/scavenge/scavenge.ts';
import type { ExpectedState } from '../src/stream/commit-check.ts';
import type { WriteOutcome, WriteRequest } from '../src/stream/write-request.ts';

const raise = (error: Error) => {
  throw error;
};

/** A store in this process, whose segments are full after a few events. */
export const openSmallStore = (
  folder: string,
  segmentBytesMax = 2000,
  onSnapshotIgnored: (file: string, reason: string) => void = () => undefined,
) =>
  openStore({
    folder,
    segmentBytesMax,
    onFailure: raise,
    onSpareFailure: raise,
    onGroup: () => undefined,
    onSnapshotIgnored,
    onSnapshotFailure: raise,
  });

export type Seen = Readonly<{ stream: string; revision: number; position: number; id: string; data: string }>;

export const readStream = (store: Store, stream: string, direction: Direction = 'forwards') =>
  readWhole(store, (reader) =>
    createStreamFeed(store.catalog, reader, {
      stream,
      from: direction === 'forwards' ? 0 : Number.MAX_SAFE_INTEGER,
      direction,
      count: Number.POSITIVE_INFINITY,
    }),
  );

export const readAll = (store: Store, direction: Direction = 'forwards') =>
  readWhole(store, (reader) =>
    createAllFeed(store.catalog, reader, {
      from: direction === 'forwards' ? 0 : store.catalog.visible(),
      direction,
      count: Number.POSITIVE_INFINITY,
      matches: undefined,
      onConsidered: () => undefined,
    }),
  );

const readWhole = (store: Store, createFeed: (reader: EventReader) => Feed): readonly Seen[] => {
  const seen: Seen[] = [];
  const feed = createFeed(seeingReader(store, seen));
  while (feed.fill(createPage()) === 'more');
  return seen;
};

/** A reader that notes every event it brings into a page. */
export const seeingReader = (store: Store, seen: Seen[]): EventReader => {
  const reader = createEventReader(store.log, store.catalog, { isSequential: true, resolveLinks: false });
  const addTo = (page: Page, { bytes, start }: FrameAt) => {
    const { stream, revision, position, id } = headerOf(bytes, start);
    seen.push({ stream, revision, position, id, data: dataOf(bytes, start).toString() });
    page.add(bytes, start, start + frameLength(bytes, start));
  };
  return { ...reader, addTo };
};

export type Change = Pick<WriteRequest, 'stream' | 'change'> & Readonly<{ expected?: ExpectedState }>;

export const write = (store: Store, { stream, change, expected = { kind: 'any' } }: Change) =>
  new Promise<WriteOutcome>((settle) => {
    store.writer.submit({ stream, change, expected, settle, deadlineMs: Number.POSITIVE_INFINITY });
  });

export const append = (store: Store, stream: string, count: number, data = '{}') =>
  write(store, {
    stream,
    change: { kind: 'append', events: Array.from({ length: count }, () => eventOf('Happened', data)) },
  });

export const setMetadata = (store: Store, stream: string, json: string) =>
  write(store, {
    stream: `$$${stream}`,
    change: { kind: 'append', events: [eventOf('$metadata', json)] },
  });

export const eventOf = (type: string, data: string) => ({
  id: randomUUID(),
  type,
  isJson: true,
  data: Buffer.from(data),
  metadata: Buffer.alloc(0),
});

/** A scavenge that keeps no event for being recent, and goes as fast as it can. */
export const scavengeNow = async (
  { log, catalog }: Store,
  over: Partial<Parameters<typeof scavenge>[0]> = {},
) => {
  let last = { segmentsRewritten: 0, events: 0, bytes: 0 };
  await scavenge({
    log,
    catalog,
    recentKept: 0,
    reserve: async () => undefined,
    pace: () => undefined,
    onProgress: (progress) => {
      last = progress;
    },
    ...over,
  });
  return last;
};
