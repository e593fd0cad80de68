import { TemplateFailure } from '../problem.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { asText, isList, member, type Value } from '../value.ts';
import { charactersOf } from './text.ts';
import { isFragment } from './fragment.ts';
import { isCallable, isNamespace, type JinjaValue, membersOf } from './value.ts';

/** `value[key]`: the data's own member, an element counted from either end, a character; else nothing. */
export const attribute = (value: JinjaValue, key: Value): JinjaValue => {
  if (typeof value !== 'object' && typeof value !== 'string') return undefined;
  if (isNamespace(value)) return membersOf(value).get(asText(key));
  if (value === null || isCallable(value) || isFragment(value)) return undefined;
  if (typeof key === 'number' || isIndex(value, key)) return element(value, Number(key));
  return typeof key === 'string' ? member(value, key) : undefined;
};

const isIndex = (value: Value, key: Value): boolean =>
  (typeof value === 'string' || isList(value)) && typeof key === 'string' && /^-?\d{1,9}$/.test(key);

const element = (value: Value, index: number): Value => {
  if (typeof value === 'string' || isList(value)) return value.at(index) ?? undefined;
  return member(value, String(index));
};

/** `value[start:stop:step]`, as Python has it. */
export const slice = (value: Value, bounds: readonly (number | undefined)[], budget: Budget): Value => {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'string' && !isList(value))
    throw new TemplateFailure('Only a list or a text can be sliced.');
  const [start, stop, step = 1] = bounds.map((bound) => bound && Math.trunc(bound));
  if (step === 0) throw new TemplateFailure('A slice cannot go in steps of 0.');
  const isRun = step === 1;
  spend(budget, value.length / (isRun ? charsPerStep : pickedPerStep));
  const { from, to } = indicesOf(value.length, start, stop, step);
  if (isRun) return value.slice(from, Math.max(from, to));
  if (typeof value !== 'string') return pick(value, from, to, step);
  return pick(charactersOf(value), from, to, step).join('');
};

const pickedPerStep = 2;

const indicesOf = (length: number, start: number | undefined, stop: number | undefined, step: number) => {
  const clamp = (index: number) => {
    const fromStart = index < 0 ? index + length : index;
    return step > 0
      ? Math.min(Math.max(fromStart, 0), length)
      : Math.min(Math.max(fromStart, -1), length - 1);
  };
  const from = start === undefined ? (step > 0 ? 0 : length - 1) : clamp(start);
  const to = stop === undefined ? (step > 0 ? length : -1) : clamp(stop);
  return { from, to };
};

const pick = <T>(elements: readonly T[], from: number, to: number, step: number): T[] => {
  const picked: T[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) {
    const found = elements[i];
    if (found !== undefined) picked.push(found);
  }
  return picked;
};
