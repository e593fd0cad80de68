import { outputCharsMax } from './output/output.ts';
import { TemplateFailure } from './problem.ts';
import { type Budget, spend } from './rendering.ts';
import { isList, type Value } from './value.ts';

/** Elements that are walked in the time of a step. */
const elementsPerStep = 5;

/**
 * Pays for a list or an object before it is written as JSON. A template can put one value into another many times
 * over, and the text of what takes 40 lines to make would not fit on earth.
 * @throws TemplateFailure when it would be longer than a whole rendering may be.
 */
export const weigh = (value: Value, budget: Budget): void => {
  if (typeof value !== 'object' || value === null) return;
  const chars = charsOf(value, budget, 0);
  if (chars > outputCharsMax) throw tooLong();
};

const charsOf = (value: Value, budget: Budget, before: number): number => {
  if (before > outputCharsMax) throw tooLong();
  if (typeof value === 'string') return before + value.length;
  if (typeof value !== 'object' || value === null) return before + 1;
  let chars = before;
  const elements: readonly Value[] = isList(value) ? value : Object.values(value);
  spend(budget, elements.length / elementsPerStep);
  for (const element of elements) chars = charsOf(element, budget, chars);
  return chars;
};

const tooLong = () =>
  new TemplateFailure(
    `The template makes a text over ${outputCharsMax} characters; render less of the data.`,
  );
