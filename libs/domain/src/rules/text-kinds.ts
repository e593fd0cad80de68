import type { Json } from '../json.ts';
import type { FieldTest, Operator } from './condition.ts';
import { problem, readList, type Compiled, type Kind } from './kind.ts';
import { textPattern } from './pattern.ts';
import { anyPostal, foldPostal, postalPattern, postalRemedy } from './postal.ts';
import { fold } from './view.ts';

type Test = (text: string) => boolean;
type TestOf = { readonly test: Test } | Extract<Compiled<string>, { problem: unknown }>;

type Reading = Readonly<{
  /** Completes "must be …". */
  remedy: string;
  read: (value: string) => string | undefined;
}>;

const anyText: Reading = { remedy: 'a text', read: (text) => (fold(text) === '' ? undefined : fold(text)) };

const operators: readonly Operator[] = ['eq', 'ne', 'in', 'not_in', 'contains', 'starts_with', 'matches'];

/** Ne and not_in say the opposite of eq and in, of the whole value. */
const opposites: Partial<Record<Operator, Operator>> = { ne: 'eq', not_in: 'in' };

/** Texts are compared without regard to case and to space around them. */
const testOf = ({ operator, value }: FieldTest, { remedy, read }: Reading): TestOf => {
  const readOne = (one: Json | undefined) => (typeof one === 'string' ? read(one) : undefined);
  switch (operator) {
    case 'in': {
      const known = readList(value, readOne, remedy);
      if ('problem' in known) return known;
      const list = new Set(known.list);
      return { test: (text) => list.has(text) };
    }
    case 'matches':
      return patternTest(value);
    case 'contains':
      return withPart(partOf(value), (text, part) => text.includes(part));
    case 'starts_with':
      return withPart(partOf(value), (text, part) => text.startsWith(part));
    default: {
      const wanted = readOne(value);
      return wanted === undefined
        ? problem('value', `must be ${remedy}`)
        : { test: (text) => text === wanted };
    }
  }
};

const patternTest = (value: Json | undefined): TestOf => {
  const pattern = typeof value === 'string' ? textPattern(value) : { wrong: 'must be a regular expression' };
  return 'wrong' in pattern ? problem('value', pattern.wrong) : pattern;
};

const partOf = (value: Json | undefined): string => (typeof value === 'string' ? fold(value) : '');

const withPart = (part: string, test: (text: string, part: string) => boolean): TestOf =>
  part === '' ? problem('value', 'must be a text') : { test: (text) => test(text, part) };

const textKind = (reading: Reading): Kind<string> => ({
  operators,
  members: [],
  compile: (test) => {
    const opposite = opposites[test.operator];
    const compiled = testOf(opposite ? { ...test, operator: opposite } : test, reading);
    if ('problem' in compiled) return compiled;
    return { holds: opposite ? (text) => !compiled.test(text) : compiled.test };
  },
});

/** A fact of several texts: eq is one of them, ne none of them. */
const textsKind = (reading: Reading): Kind<readonly string[]> => ({
  operators,
  members: [],
  compile: (test) => {
    const opposite = opposites[test.operator];
    const operator = opposite ?? test.operator;
    const compiled = testOf({ ...test, operator: operator === 'contains' ? 'eq' : operator }, reading);
    if ('problem' in compiled) return compiled;
    const isOne = (texts: readonly string[]) => texts.some(compiled.test);
    return { holds: opposite ? (texts) => !isOne(texts) : isOne };
  },
});

/** A reading of the values of a list that is known beforehand. */
const oneOf = (names: readonly string[], read: (text: string) => string = fold): Reading => ({
  remedy: `one of ${names.join(', ')}`,
  read: (text) => (names.includes(read(text)) ? read(text) : undefined),
});

const code = (remedy: string, pattern: RegExp): Reading => ({
  remedy,
  read: (text) => (pattern.test(fold(text)) ? fold(text) : undefined),
});

export const plainText = textKind(anyText);
export const countryText = textKind(code('a country code of two letters such as US', /^[a-z]{2}$/));
export const currencyText = textKind(code('an ISO 4217 code such as USD', /^[a-z]{3}$/));
export const anyOfTexts = textsKind(anyText);
export const choiceText = (names: readonly string[]): Kind<string> => textKind(oneOf(names));
export const anyOfChoices = (
  names: readonly string[],
  read: (text: string) => string,
): Kind<readonly string[]> => textsKind(oneOf(names, read));

/** Values are codes, prefixes or ranges; `between` is a range with both ends. */
export const postalText: Kind<string> = {
  operators: ['eq', 'ne', 'in', 'not_in', 'between', 'starts_with', 'matches'],
  members: [],
  compile: (test) => {
    const compiled = postalTest(test);
    if ('problem' in compiled) return compiled;
    const isOpposite = opposites[test.operator] !== undefined;
    return {
      holds: (code) => {
        const folded = foldPostal(code);
        return isOpposite ? !compiled.test(folded) : compiled.test(folded);
      },
    };
  },
};

const postalTest = ({ operator, value }: FieldTest): TestOf => {
  const read = (one: Json | undefined) => (typeof one === 'string' ? postalPattern(one) : undefined);
  if (operator === 'matches') return patternTest(value);
  if (operator === 'in' || operator === 'not_in') {
    const known = readList(value, read, postalRemedy);
    return 'problem' in known ? known : { test: anyPostal(known.list) };
  }
  const pattern = read(singlePattern(operator, value));
  return pattern ? { test: anyPostal([pattern]) } : problem('value', `must be ${postalRemedy}`);
};

const singlePattern = (operator: Operator, value: Json | undefined): Json | undefined => {
  if (operator === 'starts_with') return typeof value === 'string' ? `${value}*` : undefined;
  return operator === 'between' ? (Array.isArray(value) ? value.join('..') : undefined) : value;
};
