import { expect, it } from 'vitest';
import { seededRandom, seedOf, shuffled } from './random.ts';

it('chooses the same for the same seed, and something else for another', () => {
  const chosen = (seed: number) => shuffled([1, 2, 3, 4, 5, 6, 7, 8], seededRandom(seed));
  expect(chosen(1)).toEqual(chosen(1));
  expect(chosen(1)).not.toEqual(chosen(2));
  expect(chosen(1).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('gives each text a seed of its own', () => {
  expect(seedOf(1, 'a')).not.toBe(seedOf(1, 'b'));
  expect(seedOf(1, 'a')).not.toBe(seedOf(2, 'a'));
});
