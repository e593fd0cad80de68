import { nearest } from '../nearest.ts';
import { quotedValue } from '../problem.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { isList, isObject, type Value } from '../value.ts';
import { areEqual } from './equality.ts';
import { numberIn, ordered } from './number.ts';

export type Test = (value: Value, argument: Value, budget: Budget) => boolean;

const isNumber = (value: Value): value is number => typeof value === 'number';

const isCased =
  (change: (text: string) => string): Test =>
  (value, _, budget) => {
    if (typeof value !== 'string') return false;
    spend(budget, value.length / charsPerStep);
    return value === change(value) && /\p{L}/u.test(value);
  };

const plainTests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['defined', (value) => value !== undefined],
  ['undefined', (value) => value === undefined],
  ['none', (value) => value === null],
  ['boolean', (value) => typeof value === 'boolean'],
  ['true', (value) => value === true],
  ['false', (value) => value === false],
  ['number', isNumber],
  ['integer', (value) => Number.isInteger(value)],
  ['float', (value) => isNumber(value) && !Number.isInteger(value)],
  ['string', (value) => typeof value === 'string'],
  ['mapping', isObject],
  ['sequence', (value) => isList(value) || isObject(value) || typeof value === 'string'],
  ['iterable', (value) => isList(value) || isObject(value) || typeof value === 'string'],
  ['even', (value) => numberIn(value, 'even') % 2 === 0],
  ['odd', (value) => Math.abs(numberIn(value, 'odd') % 2) === 1],
  ['lower', isCased((text) => text.toLowerCase())],
  ['upper', isCased((text) => text.toUpperCase())],
]);

const comparing =
  (name: string, holds: (order: number) => boolean): Test =>
  (a, b, budget) =>
    holds(ordered(a, b, name, budget));

const eq: Test = (value, other, budget) => areEqual(value, other, budget);
const ne: Test = (value, other, budget) => !areEqual(value, other, budget);

const isIn: Test = (value, container, budget) => {
  if (isList(container)) return container.some((element) => areEqual(element, value, budget));
  if (typeof value !== 'string') return false;
  if (isObject(container)) return Object.hasOwn(container, value);
  if (typeof container !== 'string') return false;
  spend(budget, container.length / charsPerStep);
  return container.includes(value);
};

const testsWithArgument: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['divisibleby', (a, b) => numberIn(a, 'divisibleby') % numberIn(b, 'divisibleby') === 0],
  ...['eq', 'equalto', 'sameas', '=='].map((name) => [name, eq] as const),
  ...['ne', '!='].map((name) => [name, ne] as const),
  ...['lt', 'lessthan', '<'].map((name) => [name, comparing(name, (order) => order < 0)] as const),
  ...['gt', 'greaterthan', '>'].map((name) => [name, comparing(name, (order) => order > 0)] as const),
  ...['le', '<='].map((name) => [name, comparing(name, (order) => order <= 0)] as const),
  ...['ge', '>='].map((name) => [name, comparing(name, (order) => order >= 0)] as const),
  ['in', isIn],
]);

export const testNames: readonly string[] = [...plainTests.keys(), ...testsWithArgument.keys()];

/** The test, or what is wrong with calling it so. */
export const testNamed = (name: string, argumentCount: number): Test | string => {
  const test = (argumentCount === 0 ? plainTests : testsWithArgument).get(name);
  if (test && argumentCount <= 1) return test;
  if (plainTests.has(name)) return `The test ${name} takes no argument.`;
  if (testsWithArgument.has(name)) return `The test ${name} takes one argument: is ${name}(other).`;
  const near = nearest(name, testNames);
  return near === undefined
    ? `There is no test ${quotedValue(name)}; there are ${testNames.filter((known) => /\w/.test(known)).join(', ')}.`
    : `There is no test ${quotedValue(name)}; did you mean ${near}?`;
};
