import { tidy } from '../helper/arithmetic.ts';
import { numberOf, shown } from '../helper/helper.ts';
import { outputCharsMax } from '../output/output.ts';
import { TemplateFailure } from '../problem.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { asText, isList, isObject, type Value } from '../value.ts';
import { weigh } from '../weigh.ts';
import type { Binary } from './ast.ts';
import { type Compilation, placeOfNode } from './compilation.ts';
import { areEqual } from './equality.ts';
import { formatText } from './format-text.ts';
import { numberIn, ordered } from './number.ts';
import { dataOf, type Expression, isTrue } from './value.ts';

/** @throws TemplateFailure when the operator does not fit its values; nothing is not a number */
export const compileBinary = (node: Binary, compilation: Compilation): Expression => {
  const left = compilation.compile(node.left, compilation);
  const right = compilation.compile(node.right, compilation);
  const { value: sign } = node.operator;
  if (sign === 'and') {
    return (rendering) => {
      const value = left(rendering);
      return isTrue(value, rendering) ? right(rendering) : value;
    };
  }
  if (sign === 'or') {
    return (rendering) => {
      const value = left(rendering);
      return isTrue(value, rendering) ? value : right(rendering);
    };
  }
  const operate = operators.get(sign);
  if (!operate) throw new TemplateFailure(`There is no operator ${sign}.`, placeOfNode(node, compilation));
  const place = placeOfNode(node, compilation);
  return (rendering) => {
    const a = dataOf(left(rendering), rendering);
    const b = dataOf(right(rendering), rendering);
    spend(rendering, 1);
    if (place) rendering.at = place;
    return operate(a, b, rendering);
  };
};

/** Elements that are copied in the time of a step. */
const elementsPerStep = 6;

type Operate = (a: Value, b: Value, budget: Budget) => Value;

const comparing =
  (sign: string, holds: (order: number) => boolean): Operate =>
  (a, b, budget) =>
    holds(ordered(a, b, sign, budget));

/** A text is no number to an operator that means something else for texts. */
const strictNumber = (value: Value, sign: string): number => {
  if (typeof value !== 'string') return numberIn(value, sign);
  throw new TemplateFailure(
    `${sign} needs numbers, but got ${shown(value)}; join texts with ~, make a number with | float.`,
  );
};

const finite = (number: number, sign: string): number => {
  if (Number.isFinite(number)) return tidy(number);
  throw new TemplateFailure(`${sign} has a result that is too large.`);
};

const dividing =
  (sign: string, divide: (a: number, b: number) => number): Operate =>
  (a, b) => {
    const divisor = numberIn(b, sign);
    if (divisor === 0) throw new TemplateFailure(`${sign} divides by zero; guard it with {% if %}.`);
    return finite(divide(numberIn(a, sign), divisor), sign);
  };

const add: Operate = (a, b, budget) => {
  if (typeof a === 'string' && typeof b === 'string') return joinTexts(a, b, budget);
  if (isList(a) && isList(b)) {
    spend(budget, (a.length + b.length) / elementsPerStep);
    return [...a, ...b];
  }
  return finite(strictNumber(a, '+') + strictNumber(b, '+'), '+');
};

const joinTexts = (a: string, b: string, budget: Budget): string => {
  const length = a.length + b.length;
  if (length > outputCharsMax)
    throw new TemplateFailure(`This makes a text over ${outputCharsMax} characters.`);
  spend(budget, length / charsPerStep);
  return a + b;
};

const multiply: Operate = (a, b, budget) => {
  // `"-" * 20` is a line, `"19.99" * 3` an amount.
  if (typeof a === 'string' && typeof b === 'number' && numberOf(a) === undefined)
    return repeated(a, b, budget);
  if (typeof a === 'number' && typeof b === 'string' && numberOf(b) === undefined)
    return repeated(b, a, budget);
  return finite(numberIn(a, '*') * numberIn(b, '*'), '*');
};

const repeated = (text: string, times: number, budget: Budget): string => {
  const count = Math.max(0, Math.trunc(times));
  const length = text.length * count;
  if (!(length <= outputCharsMax))
    throw new TemplateFailure(`* makes a text over ${outputCharsMax} characters.`);
  spend(budget, length / charsPerStep);
  return text.repeat(count);
};

const modulo = dividing('%', (a, b) => a - b * Math.floor(a / b));

const isIn: Operate = (value, container, budget) => {
  if (typeof container === 'string') {
    spend(budget, container.length / charsPerStep);
    return typeof value === 'string' && container.includes(value);
  }
  if (isList(container)) return container.some((element) => areEqual(element, value, budget));
  return isObject(container) && typeof value === 'string' && Object.hasOwn(container, value);
};

const textIn = (value: Value, budget: Budget): string => {
  weigh(value, budget);
  return asText(value);
};

const operators: ReadonlyMap<string, Operate> = new Map<string, Operate>([
  ['==', (a, b, budget) => areEqual(a, b, budget)],
  ['!=', (a, b, budget) => !areEqual(a, b, budget)],
  ['<', comparing('<', (order) => order < 0)],
  ['<=', comparing('<=', (order) => order <= 0)],
  ['>', comparing('>', (order) => order > 0)],
  ['>=', comparing('>=', (order) => order >= 0)],
  ['in', isIn],
  ['not in', (a, b, budget) => !isIn(a, b, budget)],
  ['~', (a, b, budget) => joinTexts(textIn(a, budget), textIn(b, budget), budget)],
  ['+', add],
  ['-', (a, b) => finite(numberIn(a, '-') - numberIn(b, '-'), '-')],
  ['*', multiply],
  ['/', dividing('/', (a, b) => a / b)],
  ['//', dividing('//', (a, b) => Math.floor(a / b))],
  [
    '%',
    (a, b, budget) =>
      typeof a === 'string' && numberOf(a) === undefined
        ? formatText(a, isList(b) ? b : [b], budget)
        : modulo(a, b, budget),
  ],
  ['**', (a, b) => finite(numberIn(a, '**') ** numberIn(b, '**'), '**')],
]);
