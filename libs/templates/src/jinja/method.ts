import { nearest } from '../nearest.ts';
import { TemplateFailure } from '../problem.ts';
import { perform, shown } from '../helper/helper.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { textHelpers } from '../helper/text.ts';
import { asText, isList, isObject, type Value } from '../value.ts';
import { areEqual } from './equality.ts';
import { capitalized, stripped, titled } from './text.ts';

type Method = (value: Value, args: readonly Value[], budget: Budget) => Value;

const textMethod =
  (name: string, call: (text: string, args: readonly Value[], budget: Budget) => Value): Method =>
  (value, args, budget) => {
    if (typeof value !== 'string')
      throw new TemplateFailure(`${name}() needs a text, but got ${shown(value)}.`);
    spend(budget, value.length / charsPerStep);
    return call(value, args, budget);
  };

const objectMethod =
  (name: string, call: (members: Readonly<Record<string, Value>>, args: readonly Value[]) => Value): Method =>
  (value, args, budget) => {
    if (!isObject(value)) throw new TemplateFailure(`${name}() needs an object, but got ${shown(value)}.`);
    spend(budget, Object.keys(value).length / charsPerStep);
    return call(value, args);
  };

const split: Method = textMethod('split', (text, [separator, max], budget) => {
  spend(budget, text.length);
  const limit = typeof max === 'number' && max >= 0 ? max : Infinity;
  if (typeof separator !== 'string' || separator === '')
    return text.trim() === '' ? [] : text.trim().split(/\s+/);
  const parts = text.split(separator);
  return parts.length <= limit + 1 ? parts : [...parts.slice(0, limit), parts.slice(limit).join(separator)];
});

const starts =
  (name: 'startsWith' | 'endsWith') =>
  (text: string, [part]: readonly Value[]): boolean =>
    (isList(part) ? part : [part]).some((each) => typeof each === 'string' && text[name](each));

const count: Method = (value, [wanted], budget) => {
  if (isList(value)) return value.filter((element) => areEqual(element, wanted, budget)).length;
  const text = asText(value);
  spend(budget, text.length / charsPerStep);
  return typeof wanted === 'string' && wanted !== '' ? text.split(wanted).length - 1 : 0;
};

const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['upper', textMethod('upper', (text) => text.toUpperCase())],
  ['lower', textMethod('lower', (text) => text.toLowerCase())],
  ['title', textMethod('title', titled)],
  ['capitalize', textMethod('capitalize', capitalized)],
  ['strip', textMethod('strip', (text, [chars]) => stripped(text, chars, 'both'))],
  ['lstrip', textMethod('lstrip', (text, [chars]) => stripped(text, chars, 'start'))],
  ['rstrip', textMethod('rstrip', (text, [chars]) => stripped(text, chars, 'end'))],
  ['split', split],
  [
    'replace',
    textMethod('replace', (text, [part, replacement], budget) =>
      perform(textHelpers.replace, [text, part, replacement], budget),
    ),
  ],
  ['startswith', textMethod('startswith', starts('startsWith'))],
  ['endswith', textMethod('endswith', starts('endsWith'))],
  ['join', textMethod('join', (text, [list], budget) => perform(textHelpers.join, [list, text], budget))],
  ['find', textMethod('find', (text, [part]) => text.indexOf(asText(part)))],
  ['isdigit', textMethod('isdigit', (text) => /^\d+$/.test(text))],
  ['zfill', textMethod('zfill', (text, [width]) => text.padStart(Math.min(Number(width ?? 0), 1_000), '0'))],
  ['count', count],
  [
    'items',
    objectMethod('items', (members) => Object.entries(members).map(([name, value]) => [name, value ?? null])),
  ],
  ['keys', objectMethod('keys', (members) => Object.keys(members))],
  ['values', objectMethod('values', (members) => Object.values(members).map((value) => value ?? null))],
  [
    'get',
    objectMethod('get', (members, [name, fallback]) => ownMember(members, asText(name)) ?? fallback ?? null),
  ],
]);

const ownMember = (members: Readonly<Record<string, Value>>, name: string): Value =>
  Object.hasOwn(members, name) ? members[name] : undefined;

const changing: ReadonlySet<string> = new Set(
  'append extend insert pop remove update clear sort reverse setdefault'.split(' '),
);

/** The method, or what is wrong with calling it. */
export const methodNamed = (name: string): Method | string => {
  const method = methods.get(name);
  if (method) return method;
  if (changing.has(name)) {
    return (
      `${name}() would change a value in place. Make a new one: {% set list = list + [x] %}, ` +
      'in a loop with a namespace: {% set ns.list = ns.list + [x] %}.'
    );
  }
  const near = nearest(name, methods.keys());
  return near === undefined
    ? `There is no method ${name}; there are ${[...methods.keys()].join(', ')}.`
    : `There is no method ${name}; did you mean ${near}?`;
};
