import type { Json } from '../../json.ts';
import type { FieldTest } from '../condition.ts';
import { isList } from '../kind.ts';
import { textPattern } from '../pattern.ts';
import { foldPostal } from '../postal.ts';
import { fold } from '../view.ts';
import type { Literal } from './literal.ts';

/** The texts that a comparison names, where it is true for these only. */
const pointsOf = ({ test, isPositive }: Literal, isOfSeveral: boolean): readonly string[] | undefined => {
  if (!test || !isPositive) return undefined;
  const isPoint =
    test.operator === 'eq' || test.operator === 'in' || (isOfSeveral && test.operator === 'contains');
  return isPoint ? valuesOf(test.value) : undefined;
};

const valuesOf = (value: Json | undefined): readonly string[] =>
  (isList(value) ? value : [value]).filter((one) => typeof one === 'string').map(fold);

/** Whether the comparison, taken positively, is true of one text. */
const isTrueOf = ({ operator, value }: FieldTest, text: string, isOfSeveral: boolean): boolean => {
  const [part = ''] = valuesOf(value);
  switch (operator) {
    case 'eq':
    case 'in':
      return valuesOf(value).includes(text);
    case 'contains':
      return isOfSeveral ? text === part : text.includes(part);
    case 'starts_with':
      return text.startsWith(part);
    case 'matches': {
      const pattern = textPattern(typeof value === 'string' ? value : '');
      return 'test' in pattern && pattern.test(text);
    }
    default:
      return true;
  }
};

/** One text cannot fulfil all of them. */
export const isTextConflict = (literals: readonly Literal[]): boolean => {
  const points = literals.map((literal) => pointsOf(literal, false)).find((found) => found !== undefined);
  if (points) {
    const fulfils =
      (text: string) =>
      ({ test, isPositive }: Literal) =>
        !test || isTrueOf(test, text, false) === isPositive;
    return points.every((text) => !literals.every(fulfils(text)));
  }
  const beginnings = literals.flatMap(({ test, isPositive }) =>
    isPositive && test?.operator === 'starts_with' ? valuesOf(test.value) : [],
  );
  return beginnings.some((one) =>
    beginnings.some((other) => !one.startsWith(other) && !other.startsWith(one)),
  );
};

/** Of several texts one has to be of these, and each of these is forbidden. */
export const isTextsConflict = (literals: readonly Literal[]): boolean =>
  literals.some((literal) =>
    pointsOf(literal, true)?.every((text) =>
      literals.some(({ test, isPositive }) => !isPositive && test && isTrueOf(test, text, true)),
    ),
  );

/** A postal pattern as the texts between two ends, which hold all codes that it means. */
type Span = Readonly<{ from: string; to: string; isWhole: boolean; length: number }>;

const last = '\uffff';

const spanOf = (written: string): Span => {
  const trimmed = written.trim();
  if (trimmed.endsWith('*')) {
    const prefix = foldPostal(trimmed.slice(0, -1));
    return { from: prefix, to: prefix + last, isWhole: true, length: prefix.length };
  }
  const [low = '', high] = (trimmed.includes('..') ? trimmed.split('..') : trimmed.split('-')).map(
    foldPostal,
  );
  const isRange = high !== undefined && (trimmed.includes('..') || low.length === high.length);
  if (isRange) return { from: low, to: high + last, isWhole: true, length: low.length };
  const code = foldPostal(trimmed);
  return { from: code, to: code + last, isWhole: false, length: code.length };
};

const spansOf = ({ operator, value }: FieldTest): readonly Span[] | undefined => {
  const values = (isList(value) ? value : [value]).filter((one) => typeof one === 'string');
  if (operator === 'eq' || operator === 'in') return values.map(spanOf);
  if (operator === 'starts_with') return values.map((one) => spanOf(`${one}*`));
  return operator === 'between' ? [spanOf(values.join('..'))] : undefined;
};

/** Codes that have to be in two places at once, or in one that is excluded. */
export const isPostalConflict = (literals: readonly Literal[]): boolean => {
  const positive = literals
    .flatMap(({ test, isPositive }) => (test && isPositive ? [spansOf(test)] : []))
    .filter((spans) => spans !== undefined);
  const negative = literals.flatMap(({ test, isPositive }) =>
    test && !isPositive ? (spansOf(test) ?? []) : [],
  );
  const areApart = (a: Span, b: Span) => a.to < b.from || b.to < a.from;
  return positive.some(
    (spans) =>
      positive.some((others) => spans.every((a) => others.every((b) => areApart(a, b)))) ||
      spans.every((span) => negative.some((other) => covers(other, span))),
  );
};

/** Every code of the inner one is of the outer one: a code itself only covers the same. */
const covers = (outer: Span, inner: Span): boolean => {
  if (!outer.isWhole) return !inner.isWhole && inner.from === outer.from;
  return inner.length >= outer.length && outer.from <= inner.from && inner.to <= outer.to;
};
