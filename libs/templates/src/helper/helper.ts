import { quotedValue, TemplateFailure } from '../problem.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { asText, isList, type Value } from '../value.ts';
import { weigh } from '../weigh.ts';
import type { Json } from '@karrio/domain';

export type Options = Readonly<Record<string, Value>>;

/** A pure function of its arguments. What takes time in proportion to its arguments spends from the budget. */
export type Helper = Readonly<{
  /** How it is written, for the message of a wrong call. */
  usage: string;
  /** The fewest and the most arguments. */
  takes: readonly [min: number, max: number];
  /** The names that `name=value` may use. */
  options?: readonly string[] | 'any';
  /** A failure of its first argument, but for one of the limits, counts as nothing. */
  rescues?: boolean;
  /** Its text is a part of a document, not a text to be written into one. */
  writes?: 'json' | 'xml';
  call: (args: readonly Value[], budget: Budget, options: Options) => Value;
}>;

/** A helper called by another part of the engine, without options. */
export const perform = (helper: Helper, args: readonly Value[], budget: Budget): Value =>
  helper.call(args, budget, noOptions);

export const noOptions: Options = Object.freeze({});

/** As `asText`, paid for where it takes time. */
export const textOf = (value: Value, budget: Budget): string => {
  weigh(value, budget);
  const text = asText(value);
  if (typeof value === 'object') spend(budget, text.length / charsPerStep);
  return text;
};

/** No double has more digits; a longer text would take as long to read as it is. */
const numberCharsMax = 40;

/** A number, or a text that is one. */
export const numberOf = (value: Value): number | undefined => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > numberCharsMax || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
};

/** @throws TemplateFailure when the value is not a number; what is missing counts as zero. */
export const numeric = (value: Value, helper: string): number => {
  if (value === undefined || value === null || value === '') return 0;
  const number = numberOf(value);
  if (number === undefined) throw new TemplateFailure(`${helper} needs numbers, but got ${shown(value)}.`);
  return number;
};

/** @throws TemplateFailure when the value is not a list; what is missing counts as the empty list. */
export const listOf = (value: Value, helper: string): readonly Json[] => {
  if (isList(value)) return value;
  if (value === undefined || value === null || value === '') return [];
  throw new TemplateFailure(`${helper} needs a list, but got ${shown(value)}.`);
};

/** As a failure's message shows a value. */
export const shown = (value: Value): string => {
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 41)) : asText(value);
  return quotedValue(text.length > 42 ? `${text.slice(0, 40)}…` : text || 'nothing');
};
