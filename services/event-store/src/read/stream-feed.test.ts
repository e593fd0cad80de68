import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { frameHeaderBytes } from '../log/frame.ts';
import { createCatalog } from '../stream/catalog.ts';
import type { Direction } from './feed.ts';
import { createPage } from './page.ts';
import { createStreamFeed } from './stream-feed.ts';

const count = 20_000;

/** A stream that shows the last second, and of which so many events are older than an hour. */
const agedStream = (expired: number) => {
  const catalog = createCatalog();
  const add = (stream: string, type: string, data: string) => {
    const revision = catalog.index.revisions(catalog.index.streams.idOf(stream));
    const place = { position: 32 + catalog.index.size(), revision, isTombstone: false };
    catalog.add({ ...place, stream, type, id: randomUUID(), data: () => data });
  };
  for (let revision = 0; revision < count; revision++) add('aged', 'T', '');
  add('$$aged', '$metadata', '{"$maxAge":1800}');
  catalog.publish();
  let reads = 0;
  const frameOf = (ordinal: number) => {
    reads++;
    const bytes = Buffer.alloc(frameHeaderBytes);
    bytes.writeDoubleLE(Date.now() - (ordinal < expired ? 3_600_000 : 0), 24);
    return { bytes, start: 0 };
  };
  const readFirst = (direction: Direction) => {
    const from = direction === 'forwards' ? 0 : count - 1;
    const reader = { frameOf, addTo: () => undefined };
    const feed = createStreamFeed(catalog, reader, { stream: 'aged', from, direction, count: 5 });
    let state = feed.fill(createPage());
    while (state === 'more') state = feed.fill(createPage());
    return { state, reads };
  };
  return { readFirst };
};

describe('a stream with $maxAge', () => {
  it.each([1, 9_999, count - 5])('does not read each of %i expired events', (expired) => {
    const { state, reads } = agedStream(expired).readFirst('forwards');
    expect(state).toBe('finished');
    expect(reads).toBeLessThan(30);
  });

  it('is at its end when all have expired', () => {
    expect(agedStream(count).readFirst('forwards')).toMatchObject({ state: 'end' });
    expect(agedStream(count).readFirst('backwards')).toEqual({ state: 'finished', reads: 1 });
  });
});
