import { type Budget, spend } from '../rendering.ts';
import { isList, isObject, type Value } from '../value.ts';

const comparisonsPerStep = 8;

/** Equal in type and content, as Python has it: `"1"` is not `1`, and two lists are equal that hold the same. */
export const areEqual = (a: Value, b: Value, budget: Budget): boolean => {
  spend(budget, 1 / comparisonsPerStep);
  if (a === b) return true;
  if (isList(a) && isList(b)) return areEqualLists(a, b, budget);
  if (isObject(a) && isObject(b)) return areEqualObjects(a, b, budget);
  // `true == 1`, as in Python.
  return isNumeric(a) && isNumeric(b) && Number(a) === Number(b);
};

const areEqualLists = (a: readonly Value[], b: readonly Value[], budget: Budget): boolean =>
  a.length === b.length && a.every((element, index) => areEqual(element, b[index], budget));

type Members = Readonly<Record<string, Value>>;

const areEqualObjects = (a: Members, b: Members, budget: Budget): boolean => {
  const names = Object.keys(a);
  spend(budget, names.length / comparisonsPerStep);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && areEqual(a[name], b[name], budget))
  );
};

const isNumeric = (value: Value) => typeof value === 'number' || typeof value === 'boolean';
