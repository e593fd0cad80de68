import { canonicalJson, type Json } from '../json.ts';
import type { FieldTest, Truth } from './condition.ts';
import { decimal, isDecimal, type Decimal } from './decimal.ts';
import { isList, not, problem, readList, type Compiled, type Kind } from './kind.ts';
import { textPattern } from './pattern.ts';
import { fold } from './view.ts';

const remedy = 'a text, a number, true, false or a value of JSON';

/** What others have put there: numbers compare as numbers, texts without regard to case, the rest as JSON. */
export const jsonKind: Kind<Json> = {
  operators: [
    'eq',
    'ne',
    'gt',
    'gte',
    'lt',
    'lte',
    'in',
    'not_in',
    'between',
    'contains',
    'starts_with',
    'matches',
  ],
  members: ['path'],
  compile: (test) => compile(test),
};

const compile = (test: FieldTest): Compiled<Json> => {
  const { operator, value } = test;
  switch (operator) {
    case 'ne':
    case 'not_in': {
      const opposite = compile({ ...test, operator: operator === 'ne' ? 'eq' : 'in' });
      return 'problem' in opposite
        ? opposite
        : { holds: (given, scene) => not(opposite.holds(given, scene)) };
    }
    case 'in': {
      const read = readList(value, (one) => one, remedy);
      if ('problem' in read) return read;
      const list = new Set(read.list.map(sameAs));
      return { holds: (given) => list.has(sameAs(given)) };
    }
    case 'matches': {
      const pattern =
        typeof value === 'string' ? textPattern(value) : { wrong: 'must be a regular expression' };
      if ('wrong' in pattern) return problem('value', pattern.wrong);
      return { holds: (given) => (typeof given === 'string' ? pattern.test(given) : undefined) };
    }
    default:
      return value === undefined ? problem('value', `must be ${remedy}`) : compileOne(test, value);
  }
};

const compileOne = ({ operator }: FieldTest, value: Json): Compiled<Json> => {
  const wanted = sameAs(value);
  switch (operator) {
    case 'eq':
      return { holds: (given) => sameAs(given) === wanted };
    case 'contains':
      return { holds: (given) => contains(given, value, wanted) };
    case 'starts_with':
      return typeof value === 'string'
        ? { holds: (given) => (typeof given === 'string' ? fold(given).startsWith(fold(value)) : undefined) }
        : problem('value', 'must be a text');
    case 'between':
      return between(value);
    default:
      return isDecimal(value) ? ordered(operator, decimal(value)) : problem('value', 'must be a number');
  }
};

/** An element of a list, or a part of a text. */
const contains = (given: Json, value: Json, wanted: string): Truth => {
  if (isList(given)) return given.some((one) => sameAs(one) === wanted);
  return typeof given === 'string' && typeof value === 'string'
    ? fold(given).includes(fold(value))
    : undefined;
};

const between = (value: Json): Compiled<Json> => {
  const [low, high, ...more] = isList(value) ? value : [];
  if (!isDecimal(low) || !isDecimal(high) || more.length > 0)
    return problem('value', 'must be a pair of numbers [from, to]');
  if (decimal(low).gt(decimal(high))) return problem('value', 'must begin with the smaller: [from, to]');
  return numeric((given) => given.gte(decimal(low)) && given.lte(decimal(high)));
};

const ordered = (operator: FieldTest['operator'], threshold: Decimal): Compiled<Json> => {
  if (operator === 'gt') return numeric((given) => given.gt(threshold));
  if (operator === 'gte') return numeric((given) => given.gte(threshold));
  return operator === 'lt'
    ? numeric((given) => given.lt(threshold))
    : numeric((given) => given.lte(threshold));
};

/** What is no number has no order. */
const numeric = (fits: (given: Decimal) => boolean): Compiled<Json> => ({
  holds: (given): Truth => (isDecimal(given) ? fits(decimal(given)) : undefined),
});

/** Equal for values that count as equal. */
const sameAs = (value: Json): string => {
  if (isDecimal(value)) return `number ${decimal(value).toFixed()}`;
  return typeof value === 'string' ? `text ${fold(value)}` : canonicalJson(value);
};
