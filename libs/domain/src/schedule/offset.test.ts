import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetOf } from './offset.ts';

const minute = 60_000;

describe('the jitter of a trigger', () => {
  it('is the same each time, and never more than was asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (id, jitterMs) => {
        const offset = offsetOf(id, jitterMs);
        expect(offsetOf(id, jitterMs)).toBe(offset);
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(jitterMs);
      }),
    );
  });

  it('spreads the triggers evenly', () => {
    const triggers = 10_000;
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < triggers; index++) {
      const tenth = Math.floor((offsetOf(`wtrg_${index.toString(16)}`, minute) / (minute + 1)) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - triggers / 10)).toBeLessThan(triggers / 50);
  });
});
