import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, digits } from './decimal.ts';
import { distance, inSmallest, inUnit, mass, volume, type Measure } from './unit.ts';

const amounts = fc
  .tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.integer({ min: 0, max: 6 }))
  .map(([whole, places]) => digits(decimal(whole).times(`1e-${places}`)));

describe.each<[string, Measure]>([
  ['weight', mass],
  ['length', distance],
  ['volume', volume],
])('a unit of %s', (_, measure) => {
  it.each(measure.units)('comes back exactly from the smallest: %s', (unit) => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const smallest = inSmallest(measure, amount, unit);
        expect(smallest && digits(inUnit(measure, smallest, unit) ?? decimal(0))).toBe(amount);
      }),
      { numRuns: 50 },
    );
  });
});

it('knows units by their definitions, in any case', () => {
  expect(inSmallest(mass, 1, 'LB')?.eq(inSmallest(mass, 16, 'oz') ?? 0)).toBe(true);
  expect(inSmallest(mass, 1, 'KG')?.eq(inSmallest(mass, 1000, 'g') ?? 0)).toBe(true);
  expect(inSmallest(distance, 1, 'ft')?.eq(inSmallest(distance, '30.48', 'CM') ?? 0)).toBe(true);
  expect(inSmallest(volume, 1, 'ft3')?.eq(inSmallest(volume, 1728, 'in3') ?? 0)).toBe(true);
  expect(inSmallest(mass, 1, 'stone')).toBeUndefined();
});
