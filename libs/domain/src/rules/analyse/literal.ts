import { canonicalJson } from '../../json.ts';
import type { Condition, FieldTest } from '../condition.ts';

/** One comparison that has to be true, or, where it is not positive, false. */
export type Literal = Readonly<{
  isPositive: boolean;
  /** The same for literals that say the same, or the opposite. */
  key: string;
  /** A comparison by an operator that is not itself a negation; absent for a question about parcels, items or rates. */
  test?: FieldTest;
  /** Whose value is compared. */
  fact: string;
  says: string;
}>;

/** More would be no condition that a person reads, and take too long. */
const conjunctionsMax = 32;

/**
 * Every way in which a condition can be true, each a list of what has to hold together; undefined where there are
 * more ways than are looked at. `not` is true exactly where what it negates is false, so it moves inwards.
 */
export const waysOf = (
  condition: Condition,
  isPositive = true,
): readonly (readonly Literal[])[] | undefined => {
  if ('field' in condition) return [[literalOf(condition, isPositive)]];
  if ('not' in condition) return waysOf(condition.not, !isPositive);
  if ('all' in condition || 'any' in condition) {
    const parts = 'all' in condition ? condition.all : condition.any;
    const ways = parts.map((part) => waysOf(part, isPositive));
    const known = ways.filter((way) => way !== undefined);
    if (known.length < ways.length) return undefined;
    return 'all' in condition === isPositive ? together(known) : bounded(known.flat());
  }
  return [[quantifiedLiteral(condition, isPositive)]];
};

const bounded = <T>(ways: readonly T[]): readonly T[] | undefined =>
  ways.length > conjunctionsMax ? undefined : ways;

export const together = (
  parts: readonly (readonly (readonly Literal[])[])[],
): readonly (readonly Literal[])[] | undefined =>
  parts.reduce<readonly (readonly Literal[])[] | undefined>(
    (ways, part) => ways && bounded(ways.flatMap((way) => part.map((more) => [...way, ...more]))),
    [[]],
  );

const literalOf = (test: FieldTest, isPositive: boolean): Literal => {
  const { field, operator, path = [] } = test;
  const fact = [field, ...path].join('\u0000');
  const opposite = operator === 'ne' ? 'eq' : operator === 'not_in' ? 'in' : undefined;
  const says = `${isPositive ? '' : 'not '}${inWords(test)}`;
  if (operator === 'exists') {
    const exists: FieldTest = { field, operator, ...(test.path ? { path } : {}) };
    const isThere = (test.value !== false) === isPositive;
    return { isPositive: isThere, key: canonicalJson(exists), test: exists, fact, says };
  }
  const plain = opposite ? ({ ...test, operator: opposite } as const) : test;
  return {
    isPositive: opposite ? !isPositive : isPositive,
    key: canonicalJson(plain),
    test: plain,
    fact,
    says,
  };
};

const quantifiedLiteral = (condition: Condition, isPositive: boolean): Literal => {
  const key = canonicalJson(condition);
  return { isPositive, key, fact: key, says: `${isPositive ? '' : 'not '}${key}` };
};

const inWords = ({ field, path = [], operator, value, unit, currency }: FieldTest): string =>
  [[field, ...path].join('.'), operator, value === undefined ? '' : JSON.stringify(value), unit, currency]
    .filter((word) => word !== undefined && word !== '')
    .join(' ');
