import { slugOf } from '@karrio/domain';
import { outputCharsMax } from '../output/output.ts';
import { TemplateFailure } from '../problem.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { isList, isTruthy, type Value } from '../value.ts';
import { arithmeticHelpers } from './arithmetic.ts';
import { type Helper, numberOf, numeric, perform, shown, textOf } from './helper.ts';
import { snakeCase, textHelpers } from './text.ts';

const isEmpty = (value: Value) => value === undefined || value === null || value === '';

/** The values that there are, as one text. */
const joinedValues = (values: readonly Value[], separator: string, budget: Budget): string => {
  const texts = values.flatMap((value) => (isEmpty(value) ? [] : [textOf(value, budget)]));
  const chars = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
  if (chars > outputCharsMax)
    throw new TemplateFailure(`This makes a text over ${outputCharsMax} characters.`);
  spend(budget, chars / charsPerStep);
  return texts.join(separator);
};

const text: Helper = {
  usage: '(text value … max=35 separator=" " trim=true)',
  takes: [1, Infinity],
  options: ['max', 'separator', 'trim'],
  call: (values, budget, { max, separator = ' ', trim = true }) => {
    const trimmed = (part: string) => (isTruthy(trim) ? part.trim() : part);
    const parts = values.map((value) => trimmed(textOf(value, budget)));
    const joined = joinedValues(parts, textOf(separator, budget), budget);
    const cut = max === undefined ? joined : joined.slice(0, Math.max(0, numeric(max, 'text')));
    return cut === '' ? undefined : trimmed(cut);
  },
};

const named = (name: string, of: (text: string) => string): Helper => ({
  usage: `(${name} value …)`,
  takes: [1, Infinity],
  call: (values, budget) => of(joinedValues(values, ' ', budget)),
});

const roundedTo = (value: Value, places: Value, budget: Budget): Value => {
  const number = numberOf(value);
  return number === undefined ? undefined : perform(arithmeticHelpers.round, [number, places], budget);
};

const centsHelper = (name: string): Helper => ({
  usage: `(${name} value)`,
  takes: [1, 1],
  call: ([value], budget) => roundedTo(value, 2, budget),
});

const digitsMax = 30;

const to_numeric_decimal: Helper = {
  usage: '(to_numeric_decimal value total_digits decimal_digits)',
  takes: [1, 3],
  options: ['total_digits', 'decimal_digits'],
  call: ([value, second, third], budget, { total_digits = second ?? 6, decimal_digits = third ?? 3 }) => {
    const total = numeric(total_digits, 'to_numeric_decimal');
    const fixed = perform(arithmeticHelpers.fixed, [value, decimal_digits], budget);
    const digits = textOf(fixed, budget).replace('.', '');
    if (total <= digitsMax && /^\d+$/.test(digits) && digits.length <= total)
      return digits.padStart(total, '0');
    throw new TemplateFailure(
      `to_numeric_decimal needs a positive number of at most ${total} digits (30 at most), but got ${shown(value)}.`,
    );
  },
};

/** What Karrio's `lib` has for texts and numbers. What cannot be read as a number is nothing, not a failure. */
export const karrioTextHelpers = {
  text,
  to_snake_case: named('to_snake_case', snakeCase),
  to_slug: named('to_slug', slugOf),
  to_int: {
    usage: '(to_int value)',
    takes: [1, 1],
    call: ([value]) => {
      const number = typeof value === 'boolean' ? Number(value) : numberOf(value);
      return number === undefined ? undefined : Math.trunc(number);
    },
  },
  to_decimal: centsHelper('to_decimal'),
  to_money: centsHelper('to_money'),
  to_numeric_decimal,
  format_decimal: {
    usage: '(format_decimal value places)',
    takes: [1, 2],
    call: ([value, places = 2], budget) =>
      numberOf(value) === undefined ? undefined : perform(arithmeticHelpers.fixed, [value, places], budget),
  },
  to_list: {
    usage: '(to_list value)',
    takes: [1, 1],
    call: ([value]) => (isList(value) ? value : value === undefined || value === null ? [] : [value]),
  },
  identity: { usage: '(identity value)', takes: [1, 1], call: ([value]) => value },
  failsafe: {
    usage: '(failsafe value fallback)',
    takes: [1, 2],
    rescues: true,
    call: ([value, fallback]) => (value === undefined || value === null ? fallback : value),
  },
  to_zip5: {
    usage: '(to_zip5 postal_code)',
    takes: [1, 1],
    call: ([value], budget) => /^\d{5}/.exec(zipDigits(value, budget))?.[0],
  },
  to_zip4: {
    usage: '(to_zip4 postal_code)',
    takes: [1, 1],
    call: ([value], budget) => /^\d{5}(\d{4})$/.exec(zipDigits(value, budget))?.[1],
  },
  to_json: textHelpers.json,
} as const satisfies Readonly<Record<string, Helper>>;

/** `90210-1234`, `902101234` and `90210 1234` are the same. */
const zipDigits = (value: Value, budget: Budget) =>
  textOf(value, budget).trim().slice(0, 16).replace(/[\s-]/g, '');
