import { describe, expect, it } from 'vitest';
import { deniedChange } from './denied-change.ts';
import type { Change } from './write-request.ts';

const append: Change = { kind: 'append', events: [] };

describe('a change that nobody may make', () => {
  it.each<[string, Change]>([
    ['$all', append],
    ['$all', { kind: 'soft-delete' }],
    ['$$order', { kind: 'soft-delete' }],
    ['$$order', { kind: 'tombstone' }],
  ])('to %s is denied: %o', (stream, change) => {
    expect(deniedChange({ stream, change })).toContain(stream);
  });

  it.each<[string, Change]>([
    ['$$order', append],
    ['$order', { kind: 'tombstone' }],
    ['order', { kind: 'soft-delete' }],
  ])('is not a change to %s: %o', (stream, change) => {
    expect(deniedChange({ stream, change })).toBeUndefined();
  });
});
