import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { isList, isObject, type Value } from '../value.ts';

/** Equal in type and content, as Python has it: `"1"` is not `1`, and two lists are equal that hold the same. */
export const areEqual = (a: Value, b: Value, budget: Budget): boolean => {
  if (a === b) return true;
  if (typeof a === 'string' || typeof b === 'string') return false;
  spend(budget, 1 / charsPerStep);
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((element, index) => areEqual(element, b[index], budget));
  if (!isObject(a) || !isObject(b)) return Number(a) === Number(b) && isScalar(a) && isScalar(b);
  const names = Object.keys(a);
  spend(budget, names.length / charsPerStep);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && areEqual(a[name], b[name], budget))
  );
};

/** `true == 1`, but nothing equals `none` or zero. */
const isScalar = (value: Value) => typeof value === 'number' || typeof value === 'boolean';
