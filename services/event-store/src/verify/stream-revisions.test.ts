import { describe, expect, it } from 'vitest';
import { tombstoneRevision } from '../log/frame.ts';
import { createStreamRevisions } from './stream-revisions.ts';

const wrong = expect.stringContaining('revision');

describe('the revisions of a stream', () => {
  it('follow each other from 0 on', () => {
    const { see } = createStreamRevisions();
    expect([see('a', 0), see('b', 0), see('a', 1)]).toEqual([undefined, undefined, undefined]);
    expect([see('a', 3), see('b', 0), see('c', 1)]).toEqual([wrong, wrong, wrong]);
  });

  it('may begin anywhere behind a scavenged segment, and still have no gaps', () => {
    const { see, allowScavenged } = createStreamRevisions();
    allowScavenged();
    expect([see('a', 7), see('a', 8), see('a', 10)]).toEqual([undefined, undefined, wrong]);
  });

  it('may leave out once what a damage hides, and never go back', () => {
    const { see, allowGaps } = createStreamRevisions();
    see('a', 0);
    see('b', 5);
    allowGaps();
    expect([see('a', 4), see('b', 2), see('a', 6)]).toEqual([undefined, wrong, wrong]);
  });

  it('end with a tombstone', () => {
    const { see } = createStreamRevisions();
    see('a', 0);
    expect(see('a', tombstoneRevision)).toBe(undefined);
    expect(see('a', 1)).toContain('behind its tombstone');
  });
});
