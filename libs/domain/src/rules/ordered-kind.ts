import type { Json } from '../json.ts';
import type { FieldTest } from './condition.ts';
import {
  isList,
  not,
  problem,
  readList,
  type Compiled,
  type Holds,
  type Kind,
  type Problem,
} from './kind.ts';
import type { Scene } from './view.ts';

type Ordering<V, T> = Readonly<{
  /** What a threshold has to be: completes "must be …". */
  remedy: string;
  members?: Kind<V>['members'];
  /** A threshold as it is compared; undefined where it is none. */
  read: (value: Json, test: FieldTest) => T | undefined;
  /** What is wrong with the test besides its value. */
  check?: (test: FieldTest) => Problem | undefined;
  /** Undefined where the two cannot be compared. */
  compare: (value: V, threshold: T, scene: Scene) => number | undefined;
  /** Of two thresholds. */
  order: (a: T, b: T) => number;
}>;

const signs = {
  eq: (order: number) => order === 0,
  ne: (order: number) => order !== 0,
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
} as const;

const isSign = (operator: string): operator is keyof typeof signs => Object.hasOwn(signs, operator);

/** Values with an order: numbers, quantities, money, dates. Bounds belong to what they bound. */
export const orderedKind = <V, T>(ordering: Ordering<V, T>): Kind<V> => ({
  operators: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'not_in', 'between'],
  members: ordering.members ?? [],
  compile: (test) => {
    const wrong = ordering.check?.(test);
    if (wrong) return { problem: wrong };
    const { operator, value } = test;
    if (isSign(operator)) return compare(ordering, test, signs[operator]);
    if (operator === 'between') return between(ordering, test);
    const read = readList(value, (one) => ordering.read(one, test), ordering.remedy);
    if ('problem' in read) return read;
    const isIn: Holds<V> = (given, scene) =>
      someOf(read.list, (threshold) => equal(ordering.compare(given, threshold, scene)));
    return { holds: operator === 'in' ? isIn : (given, scene) => not(isIn(given, scene)) };
  },
});

const compare = <V, T>(
  ordering: Ordering<V, T>,
  test: FieldTest,
  fits: (order: number) => boolean,
): Compiled<V> => {
  const threshold = test.value === undefined ? undefined : ordering.read(test.value, test);
  if (threshold === undefined) return problem('value', `must be ${ordering.remedy}`);
  return {
    holds: (given, scene) => {
      const order = ordering.compare(given, threshold, scene);
      return order === undefined ? undefined : fits(order);
    },
  };
};

const between = <V, T>(ordering: Ordering<V, T>, test: FieldTest): Compiled<V> => {
  const [first, second, ...more] = isList(test.value) ? test.value : [];
  const low = first === undefined ? undefined : ordering.read(first, test);
  const high = second === undefined ? undefined : ordering.read(second, test);
  if (low === undefined || high === undefined || more.length > 0)
    return problem('value', `must be a pair [from, to], each ${ordering.remedy}`);
  if (ordering.order(low, high) > 0) return problem('value', 'must begin with the smaller: [from, to]');
  return {
    holds: (given, scene) => {
      const above = ordering.compare(given, low, scene);
      const below = ordering.compare(given, high, scene);
      return above === undefined || below === undefined ? undefined : above >= 0 && below <= 0;
    },
  };
};

const equal = (order: number | undefined): boolean | undefined =>
  order === undefined ? undefined : order === 0;

/** True if one is; else unknown if one is. */
const someOf = <T>(list: readonly T[], holds: (one: T) => boolean | undefined): boolean | undefined => {
  let isUnknown = false;
  for (const one of list) {
    const truth = holds(one);
    if (truth === true) return true;
    if (truth === undefined) isUnknown = true;
  }
  return isUnknown ? undefined : false;
};
