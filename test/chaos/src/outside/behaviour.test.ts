import { expect, it } from 'vitest';
import { behaviourOf } from './behaviour.ts';

const keys = Array.from({ length: 200 }, (_, index) => `wevt_${index}-call`);
const whatHappens = (path: string, count: number, seed = 1) =>
  new Set(keys.map((key) => behaviourOf(seed, path, key, count).does));

it('treats a request the same way for the same seed', () => {
  const treated = (seed: number) => keys.map((key) => behaviourOf(seed, '/forgetful', key, 1));
  expect(treated(1)).toEqual(treated(1));
  expect(treated(1)).not.toEqual(treated(2));
});

it('misbehaves where an address does, at the first requests of a key only', () => {
  expect(whatHappens('/orders', 1)).toEqual(new Set(['answer']));
  expect(whatHappens('/flaky', 1)).toEqual(new Set(['refuse']));
  expect(whatHappens('/flaky', 2)).toEqual(new Set(['answer', 'refuse']));
  expect(whatHappens('/forgetful', 1)).toEqual(new Set(['answer', 'reset']));
  expect(whatHappens('/silent', 1)).toEqual(new Set(['answer', 'hang']));
  for (const path of ['/flaky', '/forgetful', '/silent']) {
    expect(whatHappens(path, 3)).toEqual(new Set(['answer']));
  }
});
