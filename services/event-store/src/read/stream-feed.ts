import { createdMsOf } from '../log/frame.ts';
import type { FrameAt } from '../log/recent-bytes.ts';
import { firstFrom } from '../index/first-from.ts';
import type { Catalog } from '../stream/catalog.ts';
import {
  firstVisibleRevision,
  isExpired,
  softDeleted,
  type StreamMetadata,
} from '../stream/stream-metadata.ts';
import type { EventReader } from './event-reader.ts';
import { consideredMax, type Direction, type Feed } from './feed.ts';
import { lastVisibleRevision } from './last-visible-revision.ts';
import type { Page } from './page.ts';

export type StreamFeedOptions = Readonly<{
  stream: string;
  /** The first revision; one behind the last where there is none yet. */
  from: number;
  direction: Direction;
  count: number;
}>;

/** The events of one stream that its metadata lets show. */
export const createStreamFeed = (catalog: Catalog, reader: EventReader, options: StreamFeedOptions): Feed => {
  const { stream, direction } = options;
  let revision = options.from;
  let left = options.count;

  const frameAt = (id: number, at: number) => reader.frameOf(catalog.index.ordinalOf(id, at));

  const fillForwards = (page: Page) => {
    const { metadata } = catalog.conditionOf(stream);
    const last = lastVisibleRevision(catalog, stream);
    const id = catalog.index.streams.find(stream);
    const first = metadata.truncateBefore === softDeleted ? last + 1 : firstVisibleRevision(metadata, last);
    const firstKept = id === undefined ? 0 : catalog.index.firstRevision(id);
    revision = Math.max(revision, Math.min(first, last + 1), firstKept);
    const nowMs = Date.now();
    for (let considered = 0; considered < consideredMax && !page.isFull(); considered++) {
      if (left === 0) return 'finished';
      if (id === undefined || revision > last) return 'end';
      const frame = frameAt(id, revision);
      revision++;
      if (isTooOld(frame, metadata, nowMs)) {
        // Of thousands that have expired not each is read: they are in the order of their time.
        revision = firstFrom(revision, last + 1, (at) => !isTooOld(frameAt(id, at), metadata, nowMs));
        continue;
      }
      reader.addTo(page, frame);
      left--;
    }
    return left === 0 ? 'finished' : 'more';
  };

  const fillBackwards = (page: Page) => {
    const { metadata } = catalog.conditionOf(stream);
    const last = lastVisibleRevision(catalog, stream);
    const id = catalog.index.streams.find(stream);
    const firstKept = id === undefined ? 0 : catalog.index.firstRevision(id);
    const first = Math.max(firstVisibleRevision(metadata, last), firstKept);
    revision = Math.min(revision, last);
    const nowMs = Date.now();
    for (let considered = 0; considered < consideredMax && !page.isFull(); considered++) {
      if (left === 0 || id === undefined || revision < first) return 'finished';
      const frame = frameAt(id, revision);
      revision--;
      // What is older has expired, too.
      if (isTooOld(frame, metadata, nowMs)) return 'finished';
      reader.addTo(page, frame);
      left--;
    }
    return left === 0 ? 'finished' : 'more';
  };

  return { fill: direction === 'forwards' ? fillForwards : fillBackwards };
};

const isTooOld = ({ bytes, start }: FrameAt, metadata: StreamMetadata, nowMs: number) =>
  isExpired(metadata, createdMsOf(bytes, start), nowMs);
