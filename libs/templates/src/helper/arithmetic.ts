import { TemplateFailure } from '../problem.ts';
import { type Budget, spend } from '../rendering.ts';
import { type Helper, numeric, shown } from './helper.ts';
import type { Value } from '../value.ts';

/** 0.1 + 0.2 is 0.3 to who writes a template: 15 digits are what a double holds for certain. */
export const tidy = (number: number): number =>
  Number.isSafeInteger(number) ? number : Number(number.toPrecision(15));

/** @throws TemplateFailure when the result is no number that JSON can carry. */
const finite = (number: number, helper: string): number => {
  if (Number.isFinite(number)) return tidy(number);
  throw new TemplateFailure(`${helper} has a result that is too large.`);
};

const folding = (name: string, fold: (a: number, b: number) => number): Helper => ({
  usage: `(${name} a b …)`,
  takes: [2, Infinity],
  call: (values) => finite(values.map((value) => numeric(value, name)).reduce(fold), name),
});

const dividing = (name: string, divide: (a: number, b: number) => number): Helper => ({
  usage: `(${name} a b)`,
  takes: [2, 2],
  call: ([a, b]) => {
    const divisor = numeric(b, name);
    if (divisor === 0) throw new TemplateFailure(`${name} by zero; guard it with {{#if}}.`);
    return finite(divide(numeric(a, name), divisor), name);
  },
});

/** Half away from zero, on the decimal digits that a reader sees: 1.005 to two places is 1.01. */
const rounded = (number: number, places: number, budget: Budget): number => {
  spend(budget, 3);
  const [mantissa = '0', exponent = '0'] = String(tidy(Math.abs(number))).split('e');
  const shifted = Math.round(Number(`${mantissa}e${Number(exponent) + places}`));
  return Math.sign(number) * Number(`${shifted}e${-places}`);
};

const placesOf = (value: Value, helper: string) => {
  const places = numeric(value, helper);
  if (Number.isInteger(places) && places >= 0 && places <= 12) return places;
  throw new TemplateFailure(`${helper} rounds to 0 to 12 places, not to ${shown(value)}.`);
};

const unary = (name: string, apply: (number: number) => number): Helper => ({
  usage: `(${name} a)`,
  takes: [1, 1],
  call: ([value]) => apply(numeric(value, name)),
});

export const arithmeticHelpers = {
  add: folding('add', (a, b) => a + b),
  subtract: folding('subtract', (a, b) => a - b),
  multiply: folding('multiply', (a, b) => a * b),
  min: folding('min', (a, b) => Math.min(a, b)),
  max: folding('max', (a, b) => Math.max(a, b)),
  divide: dividing('divide', (a, b) => a / b),
  modulo: dividing('modulo', (a, b) => a % b),
  abs: unary('abs', Math.abs),
  floor: unary('floor', Math.floor),
  ceil: unary('ceil', Math.ceil),
  number: unary('number', (number) => number),
  round: {
    usage: '(round a places)',
    takes: [1, 2],
    call: ([value, places], budget) => rounded(numeric(value, 'round'), placesOf(places, 'round'), budget),
  },
  fixed: {
    usage: '(fixed a places)',
    takes: [2, 2],
    call: ([value, places], budget) => {
      const count = placesOf(places, 'fixed');
      return rounded(numeric(value, 'fixed'), count, budget).toFixed(count);
    },
  },
} as const satisfies Readonly<Record<string, Helper>>;
