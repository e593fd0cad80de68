import { expect, it } from 'vitest';
import { inPairs, type Harm } from './disturb.ts';

const harm = (part: string, name: string, isAlone?: true): Harm => ({
  part,
  name,
  kind: 'killed',
  inflict: () => Promise.resolve(),
  ...(isAlone && { isAlone }),
});

it('harm is done two at a time, never twice to the same part, and what stands alone alone', () => {
  const harms = [
    harm('nats', 'a'),
    harm('nats', 'b'),
    harm('all', 'c', true),
    harm('executor', 'd'),
    harm('nats', 'e'),
    harm('executor', 'f'),
  ];
  const names = inPairs(harms).map((pair) => pair.map(({ name }) => name));
  expect(names).toEqual([['a', 'd'], ['b', 'f'], ['c'], ['e']]);
});
