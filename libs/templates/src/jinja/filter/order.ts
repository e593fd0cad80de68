import { numberOf } from '../../helper/helper.ts';
import { type Budget, charsPerStep, spend } from '../../rendering.ts';
import type { Value } from '../../value.ts';

/** Numbers by size, then texts by their characters, then all that has no order, as it came. */
export const orderOf =
  (isCaseSensitive: boolean, budget: Budget) =>
  (a: Value, b: Value): number => {
    if (typeof a === 'string' && typeof b === 'string') {
      spend(budget, Math.min(a.length, b.length) / charsPerStep);
      const [x, y] = isCaseSensitive ? [a, b] : [a.toLowerCase(), b.toLowerCase()];
      return x === y ? 0 : x < y ? -1 : 1;
    }
    const [x, y] = [numberOf(a) ?? Infinity, numberOf(b) ?? Infinity];
    return x === y ? 0 : x - y;
  };
