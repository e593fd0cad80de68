import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { isList, isTruthy, member, type Value } from '../value.ts';
import { type Helper, numberOf } from './helper.ts';

/** A number equals the text that says it: amounts come as both. Lists and objects are equal when they are one. */
const areEqual = (a: Value, b: Value, budget: Budget): boolean => {
  if (typeof a === 'string' && typeof b === 'string') return areEqualTexts(a, b, budget);
  if (typeof a === 'number' && typeof b === 'string') return numberOf(b) === a;
  if (typeof b === 'number' && typeof a === 'string') return numberOf(a) === b;
  return a === b || (isMissing(a) && isMissing(b));
};

const areEqualTexts = (a: string, b: string, budget: Budget) => {
  if (a.length !== b.length) return false;
  spend(budget, a.length / charsPerStep);
  return a === b;
};

const isMissing = (value: Value) => value === undefined || value === null;

/** Numbers, and texts that are numbers, by size; other texts by their characters, as ISO dates need it. */
export const compare = (a: Value, b: Value, budget: Budget): number | undefined => {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  spend(budget, Math.min(a.length, b.length) / charsPerStep);
  return a === b ? 0 : a < b ? -1 : 1;
};

const comparing = (name: string, holds: (order: number) => boolean): Helper => ({
  usage: `(${name} a b)`,
  takes: [2, 2],
  call: ([a, b], budget) => {
    const order = compare(a, b, budget);
    return order !== undefined && holds(order);
  },
});

const contains: Helper = {
  usage: '(contains list_or_text value)',
  takes: [2, 2],
  call: ([container, value], budget) => {
    if (typeof container === 'string') {
      spend(budget, container.length / charsPerStep);
      return typeof value === 'string' && container.includes(value);
    }
    if (isList(container)) {
      spend(budget, container.length);
      return container.some((element) => areEqual(element, value, budget));
    }
    return typeof value === 'string' && member(container, value) !== undefined;
  },
};

export const comparisonHelpers = {
  eq: { usage: '(eq a b)', takes: [2, 2], call: ([a, b], budget) => areEqual(a, b, budget) },
  ne: { usage: '(ne a b)', takes: [2, 2], call: ([a, b], budget) => !areEqual(a, b, budget) },
  gt: comparing('gt', (order) => order > 0),
  gte: comparing('gte', (order) => order >= 0),
  lt: comparing('lt', (order) => order < 0),
  lte: comparing('lte', (order) => order <= 0),
  and: { usage: '(and a b …)', takes: [1, Infinity], call: (values) => values.every(isTruthy) },
  or: { usage: '(or a b …)', takes: [1, Infinity], call: (values) => values.some(isTruthy) },
  not: { usage: '(not a)', takes: [1, 1], call: ([value]) => !isTruthy(value) },
  contains,
  default: {
    usage: '(default value fallback …)',
    takes: [2, Infinity],
    call: (values) => values.find((value) => !isMissing(value) && value !== '') ?? values.at(-1),
  },
} as const satisfies Readonly<Record<string, Helper>>;
