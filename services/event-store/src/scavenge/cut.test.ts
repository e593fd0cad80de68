import { describe, expect, it } from 'vitest';
import { noCondition } from '../stream/conditions.ts';
import { noMetadata, softDeleted, type StreamMetadata } from '../stream/stream-metadata.ts';
import { covers, cutOf } from './cut.ts';

const nowMs = 1_000_000;

/** A stream with the revisions 0 to 9. */
const cut = (metadata: Partial<StreamMetadata>, tombstone?: number) =>
  cutOf(
    {
      condition: { ...noCondition, metadata: { ...noMetadata, ...metadata }, tombstone },
      lastRevision: 9,
      lastMetadataRevision: undefined,
    },
    nowMs,
  );

describe('what a stream may lose', () => {
  it('is nothing where nothing is said', () => {
    expect(cut({})).toMatchObject({ hiddenBelow: 0, expiredBelow: 0 });
  });

  it('is what $tb and $maxCount hide, whichever hides more', () => {
    expect(cut({ truncateBefore: 4 }).hiddenBelow).toBe(4);
    expect(cut({ maxCount: 3 }).hiddenBelow).toBe(7);
    expect(cut({ maxCount: 3, truncateBefore: 8 }).hiddenBelow).toBe(8);
  });

  it('is never its last event, whatever hides it', () => {
    expect(cut({ truncateBefore: 50 }).hiddenBelow).toBe(9);
    expect(cut({ truncateBefore: softDeleted }).hiddenBelow).toBe(9);
    expect(cut({ maxAgeSeconds: 1 }).expiredBelow).toBe(9);
  });

  it('is what is older than $maxAge', () => {
    expect(cut({ maxAgeSeconds: 100 })).toEqual({
      hiddenBelow: 0,
      expiredBelow: 9,
      expiredBeforeMs: 900_000,
    });
  });

  it('is everything behind which a tombstone stands', () => {
    expect(cut({}, 77).hiddenBelow).toBe(10);
  });

  it('is all metadata but the last, also where other events follow that', () => {
    const facts = {
      condition: { ...noCondition, metadata: { ...noMetadata, maxCount: 1 } },
      lastRevision: 9,
    };
    expect(cutOf({ ...facts, lastMetadataRevision: 9 }, nowMs).hiddenBelow).toBe(9);
    expect(cutOf({ ...facts, lastMetadataRevision: 5 }, nowMs).hiddenBelow).toBe(5);
  });
});

describe('a cut that was decided on', () => {
  it('holds as long as all of it is hidden still', () => {
    expect(covers(cut({ maxCount: 2 }), cut({ maxCount: 3 }))).toBe(true);
    expect(covers(cut({ maxCount: 4 }), cut({ maxCount: 3 }))).toBe(false);
    expect(covers(cut({ maxAgeSeconds: 50 }), cut({ maxAgeSeconds: 60 }))).toBe(true);
    expect(covers(cut({ maxAgeSeconds: 70 }), cut({ maxAgeSeconds: 60 }))).toBe(false);
    expect(covers(cut({}), cut({ maxAgeSeconds: 60 }))).toBe(false);
    expect(covers(cut({ truncateBefore: softDeleted }), cut({ maxAgeSeconds: 60 }))).toBe(true);
    expect(covers(cut({}, 77), cut({ truncateBefore: softDeleted }))).toBe(true);
  });
});
