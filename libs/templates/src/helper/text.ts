import { outputCharsMax } from '../output/output.ts';
import { TemplateFailure } from '../problem.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { isList, isObject, type Value } from '../value.ts';
import { weigh } from '../weigh.ts';
import { type Helper, listOf, numeric, textOf } from './helper.ts';

/** @throws TemplateFailure when the text would be longer than a whole rendering may be. */
const charged = (chars: number, helper: string, budget: Budget) => {
  if (chars > outputCharsMax)
    throw new TemplateFailure(`${helper} makes a text over ${outputCharsMax} characters.`);
  spend(budget, chars / charsPerStep);
};

const changing = (name: string, change: (text: string) => string): Helper => ({
  usage: `(${name} text)`,
  takes: [1, 1],
  call: ([value], budget) => {
    const text = textOf(value, budget);
    charged(text.length, name, budget);
    return change(text);
  },
});

const joined = (texts: readonly string[], separator: string, helper: string, budget: Budget) => {
  spend(budget, texts.length);
  const chars = texts.reduce(
    (sum, text) => sum + text.length,
    separator.length * Math.max(0, texts.length - 1),
  );
  charged(chars, helper, budget);
  return texts.join(separator);
};

/** Of a list; with `separator=` also of its arguments, of which those that are empty are left out. */
const join: Helper = {
  usage: '(join list separator) or (join a b … separator=" ")',
  takes: [1, Infinity],
  options: ['separator'],
  call: (values, budget, { separator }) => {
    const [list, given = ', '] = values;
    if (separator === undefined || isList(list)) {
      const between = textOf(separator ?? given, budget);
      return joined(textsOf(listOf(list, 'join'), budget), between, 'join', budget);
    }
    const texts = textsOf(values, budget).filter((text) => text !== '');
    return joined(texts, textOf(separator, budget), 'join', budget);
  },
};

const replace: Helper = {
  usage: '(replace text part replacement)',
  takes: [3, 3],
  call: ([value, part, replacement], budget) => {
    const [text, sought] = [textOf(value, budget), textOf(part, budget)];
    charged(text.length, 'replace', budget);
    if (sought === '') return text;
    return joined(text.split(sought), textOf(replacement, budget), 'replace', budget);
  },
};

const split: Helper = {
  usage: '(split text separator)',
  takes: [2, 2],
  call: ([value, separator], budget) => {
    const text = textOf(value, budget);
    spend(budget, text.length);
    return text === '' ? [] : text.split(textOf(separator, budget));
  },
};

const truncate: Helper = {
  usage: '(truncate text length)',
  takes: [2, 2],
  call: ([value, length], budget) => textOf(value, budget).slice(0, Math.max(0, numeric(length, 'truncate'))),
};

const lengthOf = (value: Value, budget: Budget): number => {
  if (isList(value)) return value.length;
  if (!isObject(value)) return textOf(value, budget).length;
  const { length } = Object.keys(value);
  spend(budget, length);
  return length;
};

const textsOf = (values: readonly Value[], budget: Budget) => values.map((value) => textOf(value, budget));

export const snakeCase = (text: string) =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');

export const textHelpers = {
  upper: changing('upper', (text) => text.toUpperCase()),
  lower: changing('lower', (text) => text.toLowerCase()),
  trim: changing('trim', (text) => text.trim()),
  capitalize: changing('capitalize', (text) => text.slice(0, 1).toUpperCase() + text.slice(1)),
  snake: changing('snake', snakeCase),
  urlencode: changing('urlencode', (text) => encodeURIComponent(text.toWellFormed())),
  concat: {
    usage: '(concat a b …)',
    takes: [1, Infinity],
    call: (values, budget) => joined(textsOf(values, budget), '', 'concat', budget),
  },
  json: {
    usage: '(json value)',
    takes: [1, 1],
    writes: 'json',
    call: ([value = null], budget) => {
      weigh(value, budget);
      const text = JSON.stringify(value);
      charged(text.length, 'json', budget);
      return text;
    },
  },
  length: {
    usage: '(length list_or_text)',
    takes: [1, 1],
    call: ([value], budget) => lengthOf(value, budget),
  },
  join,
  replace,
  split,
  truncate,
} as const satisfies Readonly<Record<string, Helper>>;
