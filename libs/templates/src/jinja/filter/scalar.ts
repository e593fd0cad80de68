import { arithmeticHelpers, tidy } from '../../helper/arithmetic.ts';
import { numberOf, perform, textOf } from '../../helper/helper.ts';
import { textHelpers } from '../../helper/text.ts';
import { TemplateFailure } from '../../problem.ts';
import { charsPerStep, spend } from '../../rendering.ts';
import { asText, isList, isObject, isTruthy, type Value } from '../../value.ts';
import { fragmentOf } from '../fragment.ts';
import { formatText } from '../format-text.ts';
import { numberIn } from '../number.ts';
import { capitalized, stripped, titled } from '../text.ts';
import { truncated } from '../truncate.ts';
import type { Rendering } from '../value.ts';
import type { Filter, Filters } from './filter.ts';

const paidText = (value: Value, rendering: Rendering): string => {
  const text = textOf(value, rendering);
  spend(rendering, text.length / charsPerStep);
  return text;
};

const changing = (change: (text: string) => string): Filter => ({
  params: [],
  call: (value, _, rendering) => change(paidText(value, rendering)),
});

const fallback: Filter = {
  params: ['default_value', 'boolean'],
  keepsCaptured: true,
  call: (value, [given = '', boolean]) => {
    const isMissing = value === undefined || (isTruthy(boolean) && !isTruthyAsPython(value));
    return isMissing ? given : value;
  },
};

const isTruthyAsPython = (value: Value) =>
  isObject(value) ? Object.keys(value).length > 0 : isTruthy(value);

const int: Filter = {
  params: ['default', 'base'],
  call: (value, [given = 0, base]) => {
    if (typeof base === 'number' && typeof value === 'string') return fromBase(value, base) ?? given;
    const number = typeof value === 'boolean' ? Number(value) : numberOf(value);
    return number === undefined ? given : Math.trunc(number);
  },
};

const digitsMax = 32;

const fromBase = (text: string, base: number): number | undefined => {
  if (base < 2 || base > 36) throw new TemplateFailure('int knows the bases 2 to 36.');
  const number = Number.parseInt(text.slice(0, digitsMax).replace(/^0[xob]/i, ''), base);
  return Number.isNaN(number) ? undefined : number;
};

const float: Filter = {
  params: ['default'],
  call: (value, [given = 0]) => (typeof value === 'boolean' ? Number(value) : (numberOf(value) ?? given)),
};

const round: Filter = {
  params: ['precision', 'method'],
  call: (value, [precision = 0, method = 'common'], rendering) => {
    const number = numberIn(value, 'round');
    if (method === 'common') return perform(arithmeticHelpers.round, [number, precision], rendering);
    if (method !== 'ceil' && method !== 'floor')
      throw new TemplateFailure('round knows the methods common, ceil and floor.');
    const factor = 10 ** numberIn(precision, 'round');
    return tidy(Math[method](tidy(number * factor)) / factor);
  },
};

const replace: Filter = {
  params: ['old', 'new', 'count'],
  required: 2,
  call: (value, [old, replacement, count], rendering) => {
    const text = paidText(value, rendering);
    const sought = textOf(old, rendering);
    if (typeof count !== 'number' || sought === '')
      return perform(textHelpers.replace, [text, sought, replacement], rendering);
    const parts = text.split(sought);
    const tail = parts.slice(count + 1).map((part) => sought + part);
    const head = perform(
      textHelpers.join,
      [parts.slice(0, count + 1), textOf(replacement, rendering)],
      rendering,
    );
    return perform(textHelpers.concat, [head, ...tail], rendering);
  },
};

const truncate: Filter = {
  params: ['length', 'killwords', 'end', 'leeway'],
  call: (value, [length = 255, killwords = false, end = '...', leeway = 5], rendering) =>
    truncated(paidText(value, rendering), {
      length: numberIn(length, 'truncate'),
      cutsWords: isTruthy(killwords),
      end: asText(end),
      leeway: numberIn(leeway, 'truncate'),
    }),
};

const indent: Filter = {
  params: ['width', 'first', 'blank'],
  call: (value, [width = 4, first, blank], rendering) => {
    const margin =
      typeof width === 'string' ? width : ' '.repeat(Math.min(100, Math.max(0, numberIn(width, 'indent'))));
    const lines = paidText(value, rendering).split('\n');
    const indented = lines.map((line, index) =>
      (index === 0 && !isTruthy(first)) || (line === '' && !isTruthy(blank)) ? line : margin + line,
    );
    return perform(textHelpers.join, [indented, '\n'], rendering);
  },
};

const center: Filter = {
  params: ['width'],
  call: (value, [width = 80], rendering) => {
    const text = paidText(value, rendering);
    const missing = Math.min(1_000, numberIn(width, 'center')) - text.length;
    return missing <= 0
      ? text
      : ' '.repeat(Math.floor(missing / 2)) + text + ' '.repeat(Math.ceil(missing / 2));
  },
};

const urlencode: Filter = {
  params: [],
  call: (value, _, rendering) => {
    const encode = (part: Value) => encodeURIComponent(paidText(part, rendering).toWellFormed());
    if (!isObject(value) && !isList(value)) return encode(value).replaceAll('%2F', '/');
    const pairs = isObject(value)
      ? Object.entries(value)
      : value.map((pair) => (isList(pair) ? pair : [pair]));
    return pairs.map(([name, part]) => `${encode(name)}=${encode(part)}`).join('&');
  },
};

const tojson: Filter = {
  params: ['indent'],
  call: (value, [width], rendering) => {
    const text = asText(perform(textHelpers.json, [value], rendering));
    if (width === undefined || width === null) return fragmentOf('json', text);
    spend(rendering, text.length);
    return fragmentOf(
      'json',
      JSON.stringify(value ?? null, undefined, Math.min(10, numberIn(width, 'tojson'))),
    );
  },
};

/** The engine escapes everything; this is for the markup inside of another document, as HTML in JSON. */
const htmlEscaped = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' })[char] ?? char,
  );

const escape: Filter = {
  params: [],
  keepsCaptured: true,
  call: (value, _, rendering) => htmlEscaped(paidText(value, rendering)),
};

export const scalarFilters: Filters = {
  default: fallback,
  d: fallback,
  upper: changing((text) => text.toUpperCase()),
  lower: changing((text) => text.toLowerCase()),
  title: changing(titled),
  capitalize: changing(capitalized),
  string: changing((text) => text),
  wordcount: {
    params: [],
    call: (value, _, rendering) => paidText(value, rendering).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0,
  },
  trim: {
    params: ['chars'],
    call: (value, [chars], rendering) => stripped(paidText(value, rendering), chars, 'both'),
  },
  replace,
  truncate,
  indent,
  center,
  urlencode,
  format: {
    params: [],
    isOpen: true,
    call: (value, args, rendering) => formatText(paidText(value, rendering), args, rendering),
  },
  int,
  float,
  round,
  abs: { params: [], call: (value) => Math.abs(numberIn(value, 'abs')) },
  tojson,
  safe: {
    params: [],
    keepsCaptured: true,
    call: (value, _, rendering) => fragmentOf('raw', paidText(value, rendering)),
  },
  escape,
  e: escape,
};

/** In XML the engine's own escaping is what `e` asks for. */
export const escapedByEngine: Filter = { params: [], keepsCaptured: true, call: (value) => value };
