import { expect, it } from 'vitest';
import { restAfter } from './pace.ts';

it('gathers the events of runs for 20 ms from the beginning of one batch to the next', () => {
  expect(restAfter(true, 5)).toBe(15);
  expect(restAfter(true, 30)).toBe(0);
});

it('does not hold up what comes after a change of definitions', () => {
  expect(restAfter(false, 1)).toBe(0);
});
