import { describe, expect, it } from 'vitest';
import {
  firstVisibleRevision,
  isExpired,
  noMetadata,
  parseStreamMetadata,
  softDeleted,
  softDeletingJson,
  visibleFromJson,
} from './stream-metadata.ts';

describe('stream metadata', () => {
  it('takes limits from the keys of the protocol', () => {
    expect(parseStreamMetadata('{"$maxCount":5,"$maxAge":60,"$tb":3}')).toEqual({
      maxCount: 5,
      maxAgeSeconds: 60,
      truncateBefore: 3,
    });
  });

  it.each([
    '',
    'null',
    '[]',
    'no json',
    '{"$maxCount":-1}',
    '{"$maxCount":"5","$tb":2}',
    '{"$maxCount":2.5,"$tb":2}',
    '{"$tb":9223372036854775808}',
    '{"$tb":9223372036854776000,"$maxCount":1}',
  ])('hides nothing for %s', (json) => {
    expect(parseStreamMetadata(json)).toEqual(noMetadata);
  });

  it('knows a soft delete by the number that no JavaScript number can hold', () => {
    expect(parseStreamMetadata(softDeletingJson).truncateBefore).toBe(softDeleted);
    expect(parseStreamMetadata('{"$tb":9223372036854775806}').truncateBefore).not.toBe(softDeleted);
  });

  it('keeps the other keys when a soft-deleted stream comes back', () => {
    const json = visibleFromJson('{"$tb":9223372036854775807,"$maxCount":2,"own":1}', 7);
    expect(JSON.parse(json ?? '')).toEqual({ $tb: 7, $maxCount: 2, own: 1 });
    expect(visibleFromJson('no json', 7)).toBeUndefined();
  });

  it('shows the last events up to the count, and none before the truncation', () => {
    expect(firstVisibleRevision(noMetadata, 9)).toBe(0);
    expect(firstVisibleRevision({ ...noMetadata, maxCount: 3 }, 9)).toBe(7);
    expect(firstVisibleRevision({ ...noMetadata, maxCount: 3, truncateBefore: 8 }, 9)).toBe(8);
  });

  it('hides what is older than the age, and without an age nothing', () => {
    const metadata = { ...noMetadata, maxAgeSeconds: 10 };
    expect(isExpired(metadata, 0, 10_001)).toBe(true);
    expect(isExpired(metadata, 0, 10_000)).toBe(false);
    expect(isExpired(noMetadata, 0, 1e15)).toBe(false);
  });
});
