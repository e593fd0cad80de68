import { TemplateFailure } from '../../problem.ts';
import { spend } from '../../rendering.ts';
import { asText, type Value } from '../../value.ts';
import { dataOf, isTrue, type Rendering } from '../value.ts';
import { testNamed } from '../test.ts';
import type { Filter, Filters } from './filter.ts';
import { attributeOf, elementsOf, list } from './list.ts';

/** `map("upper")`, `map(attribute="id", default=0)`. */
const map = (filterNamed: (name: string) => Filter): Filter => ({
  params: [],
  isOpen: true,
  call: (value, [name, ...args], rendering, named) => {
    const elements = elementsOf(value, 'map', rendering);
    const attribute = named.get('attribute');
    if (attribute !== undefined) {
      const of = attributeOf(attribute);
      return list(elements.map((element) => of(element) ?? named.get('default')));
    }
    if (name === undefined)
      throw new TemplateFailure('map needs a filter or an attribute: map("upper"), map(attribute="id").');
    const { call } = filterNamed(asText(name));
    return list(
      elements.map((element) => {
        spend(rendering, 1);
        return dataOf(call(element, args, rendering, named), rendering);
      }),
    );
  },
});

type Holds = (element: Value) => boolean;

const testOf = (name: Value, args: readonly Value[], rendering: Rendering): Holds => {
  if (name === undefined) return (element) => isTrue(element, rendering);
  const test = testNamed(asText(name), args.length);
  if (typeof test === 'string') throw new TemplateFailure(test);
  const [argument] = args;
  return (element) => {
    spend(rendering, 1);
    return test(element, argument, rendering);
  };
};

const selecting = (name: string, isWanted: boolean): Filter => ({
  params: [],
  isOpen: true,
  call: (value, [test, ...args], rendering) => {
    const holds = testOf(test, args, rendering);
    return list(elementsOf(value, name, rendering).filter((element) => holds(element) === isWanted));
  },
});

const selectingBy = (name: string, isWanted: boolean): Filter => ({
  params: [],
  isOpen: true,
  call: (value, [attribute, test, ...args], rendering) => {
    if (attribute === undefined)
      throw new TemplateFailure(`${name} needs an attribute: ${name}("status", "eq", "open").`);
    const of = attributeOf(attribute);
    const holds = testOf(test, args, rendering);
    return list(elementsOf(value, name, rendering).filter((element) => holds(of(element)) === isWanted));
  },
});

/** `filterNamed` throws a TemplateFailure for a name that is none. */
export const selectFilters = (filterNamed: (name: string) => Filter): Filters => ({
  map: map(filterNamed),
  select: selecting('select', true),
  reject: selecting('reject', false),
  selectattr: selectingBy('selectattr', true),
  rejectattr: selectingBy('rejectattr', false),
});
