import type { Json, JsonObject } from '@karrio/domain';
import { TemplateFailure } from '../problem.ts';
import { type Budget, spend } from '../rendering.ts';
import { asText, isTruthy, member, memberAt, type Value } from '../value.ts';
import { tidy } from './arithmetic.ts';
import { compare, comparisonHelpers } from './comparison.ts';
import { type Helper, listOf, numeric, shown, textOf } from './helper.ts';

/** The members of `path`, or the element itself where there is no path. */
const pathOf = (path: Value): readonly string[] => (path === undefined ? [] : asText(path).split('.'));

const walked = (list: Value, helper: string, budget: Budget, stepsPerElement = 1): readonly Json[] => {
  const elements = listOf(list, helper);
  spend(budget, elements.length * stepsPerElement);
  return elements;
};

const pluck: Helper = {
  usage: '(pluck list "path")',
  takes: [2, 2],
  call: ([list, path], budget) => {
    const keys = pathOf(path);
    return walked(list, 'pluck', budget, keys.length).map((element) => memberAt(element, keys) ?? null);
  },
};

const map: Helper = {
  usage: '(map list new_name="path" …)',
  takes: [1, 1],
  options: 'any',
  call: ([list], budget, options) => {
    const fields = Object.entries(options).map(([name, path]) => [name, pathOf(path)] as const);
    return walked(list, 'map', budget, fields.length + 1).map((element) =>
      Object.fromEntries(fields.map(([name, keys]) => [name, memberAt(element, keys) ?? null])),
    );
  },
};

const tests = { ...comparisonHelpers, in: comparisonHelpers.contains } as const;
const testNames = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'contains', 'in'] as const;

const testOf = (name: Value): ((value: Value, wanted: Value, budget: Budget) => boolean) => {
  const found = testNames.find((known) => known === name);
  if (found === undefined)
    throw new TemplateFailure(`filter knows ${testNames.join(', ')}, not ${shown(name)}.`);
  const { call }: Helper = tests[found];
  if (found === 'in') return (value, wanted, budget) => call([wanted, value], budget, {}) === true;
  return (value, wanted, budget) => call([value, wanted], budget, {}) === true;
};

const filter: Helper = {
  usage: '(filter list "path" "eq" value)',
  takes: [2, 4],
  call: ([list, path, ...condition], budget) => {
    const keys = pathOf(path);
    const elements = walked(list, 'filter', budget, keys.length + 1);
    if (condition.length === 0) return elements.filter((element) => isTruthy(memberAt(element, keys)));
    const [name, wanted] = condition.length === 1 ? ['eq', condition[0]] : condition;
    const holds = testOf(name);
    return elements.filter((element) => holds(memberAt(element, keys), wanted, budget));
  },
};

const sort: Helper = {
  usage: '(sort list "path" descending=true)',
  takes: [1, 2],
  options: ['descending'],
  call: ([list, path], budget, { descending }) => {
    const keys = pathOf(path);
    const elements = listOf(list, 'sort');
    spend(budget, elements.length * (keys.length + Math.ceil(Math.log2(elements.length + 2))));
    const sign = isTruthy(descending) ? -1 : 1;
    return elements
      .map((element) => ({ element, key: memberAt(element, keys) }))
      .sort((a, b) => sign * (compare(a.key, b.key, budget) ?? 0))
      .map(({ element }) => element);
  },
};

const group: Helper = {
  usage: '(group list "path")',
  takes: [2, 2],
  call: ([list, path], budget) => {
    const keys = pathOf(path);
    const elements = walked(list, 'group', budget, keys.length + 1);
    return Object.fromEntries(Map.groupBy(elements, (element) => textOf(memberAt(element, keys), budget)));
  },
};

const sum: Helper = {
  usage: '(sum list "path")',
  takes: [1, 2],
  call: ([list, path], budget) => {
    const keys = pathOf(path);
    const elements = walked(list, 'sum', budget, keys.length + 1);
    return tidy(
      elements.reduce((total: number, element) => total + numeric(memberAt(element, keys), 'sum'), 0),
    );
  },
};

const unique: Helper = {
  usage: '(unique list)',
  takes: [1, 1],
  call: ([list], budget) => [
    ...new Map(
      walked(list, 'unique', budget, 2).map((element) => [textOf(element, budget), element]),
    ).values(),
  ],
};

const object = (options: Readonly<Record<string, Value>>): JsonObject =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [name, value ?? null]));

export const listHelpers = {
  pluck,
  map,
  filter,
  sort,
  group,
  sum,
  unique,
  get: {
    usage: '(get value "path")',
    takes: [2, 2],
    call: ([value, path], budget) => {
      const keys = pathOf(path);
      spend(budget, keys.length);
      return memberAt(value, keys);
    },
  },
  /** Handlebars' own, of one key, which may have dots; what a prototype has is not looked up. */
  lookup: { usage: '(lookup value key)', takes: [2, 2], call: ([value, key]) => member(value, asText(key)) },
  first: { usage: '(first list)', takes: [1, 1], call: ([list]) => listOf(list, 'first')[0] },
  last: { usage: '(last list)', takes: [1, 1], call: ([list]) => listOf(list, 'last').at(-1) },
  list: {
    usage: '(list a b …)',
    takes: [1, Infinity],
    call: (values) => values.map((value) => value ?? null),
  },
  object: {
    usage: '(object name=value …)',
    takes: [0, 0],
    options: 'any',
    call: (_, __, options) => object(options),
  },
} as const satisfies Readonly<Record<string, Helper>>;
