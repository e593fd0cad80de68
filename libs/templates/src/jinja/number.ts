import { numberOf, shown } from '../helper/helper.ts';
import { TemplateFailure } from '../problem.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import type { Value } from '../value.ts';

/** A number, or a text that is one: amounts come as both. @throws TemplateFailure for anything else */
export const numberIn = (value: Value, operator: string): number => {
  const number = typeof value === 'boolean' ? Number(value) : numberOf(value);
  if (number !== undefined) return number;
  throw new TemplateFailure(`${operator} needs numbers, but got ${shown(value)}.`);
};

/** Which of two comes first: texts by their characters, all else by number. @throws TemplateFailure where there is no order */
export const ordered = (a: Value, b: Value, operator: string, budget: Budget): number => {
  if (typeof a === 'string' && typeof b === 'string') {
    spend(budget, Math.min(a.length, b.length) / charsPerStep);
    return a === b ? 0 : a < b ? -1 : 1;
  }
  return numberIn(a, operator) - numberIn(b, operator);
};
