import { tidy } from '../../helper/arithmetic.ts';
import { perform, shown, textOf } from '../../helper/helper.ts';
import { textHelpers } from '../../helper/text.ts';
import { TemplateFailure } from '../../problem.ts';
import { spend } from '../../rendering.ts';
import { asText, isList, isObject, isTruthy, memberAt, type Value } from '../../value.ts';
import { numberIn } from '../number.ts';
import { charactersOf } from '../text.ts';
import type { Rendering } from '../value.ts';
import type { Filter, Filters } from './filter.ts';
import { orderOf } from './order.ts';

/** What a loop would go through. @throws TemplateFailure for what has no elements */
export const elementsOf = (value: Value, filter: string, rendering: Rendering): readonly Value[] => {
  const elements = sequenceOf(value, filter);
  spend(rendering, elements.length);
  return elements;
};

const sequenceOf = (value: Value, filter: string): readonly Value[] => {
  if (isList(value)) return value;
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return charactersOf(value);
  if (isObject(value)) return Object.keys(value);
  throw new TemplateFailure(`${filter} needs a list, but got ${shown(value)}.`);
};

export const list = (elements: readonly Value[]): Value => elements.map((element) => element ?? null);

/** `customer.address.city`; the element itself where there is no attribute. */
export const attributeOf = (attribute: Value): ((element: Value) => Value) => {
  if (attribute === undefined || attribute === null) return (element) => element;
  const path = asText(attribute).split('.');
  return (element) => memberAt(element, path);
};

const join: Filter = {
  params: ['d', 'attribute'],
  call: (value, [separator = '', attribute], rendering) => {
    const of = attributeOf(attribute);
    return perform(
      textHelpers.join,
      [list(elementsOf(value, 'join', rendering).map(of)), separator],
      rendering,
    );
  },
};

const sort: Filter = {
  params: ['reverse', 'case_sensitive', 'attribute'],
  call: (value, [reverse, isCaseSensitive, attribute], rendering) => {
    const elements = elementsOf(value, 'sort', rendering);
    const order = orderOf(isTruthy(isCaseSensitive), rendering);
    const attributes = (
      attribute === undefined || attribute === null ? [undefined] : asText(attribute).split(',')
    ).map(attributeOf);
    spend(rendering, elements.length * Math.ceil(Math.log2(elements.length + 2)));
    const sign = isTruthy(reverse) ? -1 : 1;
    const keyed = elements.map((element) => ({ element, keys: attributes.map((of) => of(element)) }));
    keyed.sort(
      (a, b) => sign * (a.keys.map((key, i) => order(key, b.keys[i])).find((result) => result !== 0) ?? 0),
    );
    return list(keyed.map(({ element }) => element));
  },
};

const keyOf = (value: Value, isCaseSensitive: boolean, rendering: Rendering): string => {
  const text = textOf(value, rendering);
  return `${typeof value}:${isCaseSensitive ? text : text.toLowerCase()}`;
};

const unique: Filter = {
  params: ['case_sensitive', 'attribute'],
  call: (value, [isCaseSensitive, attribute], rendering) => {
    const of = attributeOf(attribute);
    spend(rendering, sequenceOf(value, 'unique').length);
    const found = new Map<string, Value>();
    for (const element of elementsOf(value, 'unique', rendering)) {
      const key = keyOf(of(element), isTruthy(isCaseSensitive), rendering);
      if (!found.has(key)) found.set(key, element);
    }
    return list([...found.values()]);
  },
};

const groupby: Filter = {
  params: ['attribute', 'default', 'case_sensitive'],
  required: 1,
  call: (value, [attribute, fallback = null, isCaseSensitive], rendering) => {
    const of = attributeOf(attribute);
    spend(rendering, sequenceOf(value, 'groupby').length);
    const groups = new Map<string, { grouper: Value; list: Value[] }>();
    for (const element of elementsOf(value, 'groupby', rendering)) {
      const grouper = of(element) ?? fallback;
      const key = keyOf(grouper, isTruthy(isCaseSensitive), rendering);
      const group = groups.get(key);
      if (group) group.list.push(element);
      else groups.set(key, { grouper, list: [element] });
    }
    const order = orderOf(isTruthy(isCaseSensitive), rendering);
    return [...groups.values()]
      .sort((a, b) => order(a.grouper, b.grouper))
      .map((group) => ({ grouper: group.grouper ?? null, list: list(group.list) ?? null }));
  },
};

const sum: Filter = {
  params: ['attribute', 'start'],
  call: (value, [attribute, start = 0], rendering) => {
    const of = attributeOf(attribute);
    const numbers = elementsOf(value, 'sum', rendering).map((element) => numberIn(of(element), 'sum'));
    return tidy(numbers.reduce((total, number) => total + number, numberIn(start, 'sum')));
  },
};

const extreme = (name: 'min' | 'max', sign: 1 | -1): Filter => ({
  params: ['case_sensitive', 'attribute'],
  call: (value, [isCaseSensitive, attribute], rendering) => {
    const of = attributeOf(attribute);
    const order = orderOf(isTruthy(isCaseSensitive), rendering);
    const [first, ...rest] = elementsOf(value, name, rendering);
    return rest.reduce((best, element) => (sign * order(of(element), of(best)) < 0 ? element : best), first);
  },
});

const dictsort: Filter = {
  params: ['case_sensitive', 'by', 'reverse'],
  call: (value, [isCaseSensitive, by = 'key', reverse], rendering) => {
    if (!isObject(value)) throw new TemplateFailure(`dictsort needs an object, but got ${shown(value)}.`);
    const order = orderOf(isTruthy(isCaseSensitive), rendering);
    const at = by === 'value' ? 1 : 0;
    const sign = isTruthy(reverse) ? -1 : 1;
    const pairs = Object.entries(value);
    spend(rendering, pairs.length * Math.ceil(Math.log2(pairs.length + 2)));
    return pairs.sort((a, b) => sign * order(a[at], b[at])).map(([name, member]) => [name, member]);
  },
};

const partsMax = 10_000;

const sizeOf = (value: Value, filter: string) => {
  const size = Math.trunc(numberIn(value, filter));
  if (size >= 1 && size <= partsMax) return size;
  throw new TemplateFailure(`${filter} takes a number from 1 to ${partsMax}.`);
};

const batch: Filter = {
  params: ['linecount', 'fill_with'],
  required: 1,
  call: (value, [size, fill], rendering) => {
    const elements = elementsOf(value, 'batch', rendering);
    const count = sizeOf(size, 'batch');
    const batches: Value[][] = [];
    for (let i = 0; i < elements.length; i += count) batches.push(elements.slice(i, i + count));
    const last = batches.at(-1);
    if (last && fill !== undefined) {
      spend(rendering, count);
      while (last.length < count) last.push(fill);
    }
    return batches.map((part) => list(part) ?? null);
  },
};

const slices: Filter = {
  params: ['slices', 'fill_with'],
  required: 1,
  call: (value, [given, fill], rendering) => {
    const elements = elementsOf(value, 'slice', rendering);
    const count = sizeOf(given, 'slice');
    spend(rendering, count);
    const [size, longer] = [Math.floor(elements.length / count), elements.length % count];
    return Array.from({ length: count }, (_, i) => {
      const from = i * size + Math.min(i, longer);
      const part = elements.slice(from, from + size + (i < longer ? 1 : 0));
      return list(fill !== undefined && longer > 0 && i >= longer ? [...part, fill] : part) ?? null;
    });
  },
};

const ends = (name: string, at: 0 | -1): Filter => ({
  params: [],
  call: (value) => sequenceOf(value, name).at(at),
});

const length: Filter = {
  params: [],
  call: (value, _, rendering) => perform(textHelpers.length, [value], rendering),
};

export const listFilters: Filters = {
  join,
  sort,
  unique,
  groupby,
  sum,
  min: extreme('min', 1),
  max: extreme('max', -1),
  dictsort,
  batch,
  slice: slices,
  first: ends('first', 0),
  last: ends('last', -1),
  length,
  count: length,
  items: {
    params: [],
    call: (value, _, rendering) => {
      if (value === undefined) return [];
      if (!isObject(value)) throw new TemplateFailure(`items needs an object, but got ${shown(value)}.`);
      const pairs = Object.entries(value);
      spend(rendering, pairs.length);
      return pairs.map(([name, member]) => [name, member]);
    },
  },
  list: { params: [], call: (value, _, rendering) => list(elementsOf(value, 'list', rendering)) },
  reverse: {
    params: [],
    call: (value, _, rendering) => {
      const elements = elementsOf(value, 'reverse', rendering);
      return typeof value === 'string'
        ? charactersOf(value).toReversed().join('')
        : list(elements.toReversed());
    },
  },
};
