import { helpers } from '../../helper/helpers.ts';
import { misuse } from '../../helper/misuse.ts';
import { nearest } from '../../nearest.ts';
import { quotedValue, TemplateFailure } from '../../problem.ts';
import { asWritten } from '../fragment.ts';
import type { Filter } from './filter.ts';
import { listFilters } from './list.ts';
import { scalarFilters } from './scalar.ts';
import { selectFilters } from './select.ts';

/** The filter, Jinja's own or one of lib's helpers. @throws TemplateFailure when there is none */
export const filterNamed = (name: string): Filter => {
  const filter = filters.get(name) ?? helperFilter(name);
  if (filter) return filter;
  const near = nearest(name, [...filters.keys(), ...helpers.keys()]);
  throw new TemplateFailure(
    near === undefined
      ? `There is no filter ${quotedValue(name)}; there are ${[...filters.keys()].sort().join(', ')}, and the helpers of lib.`
      : `There is no filter ${quotedValue(name)}; did you mean ${near}?`,
  );
};

export const filters: ReadonlyMap<string, Filter> = new Map(
  Object.entries({ ...scalarFilters, ...listFilters, ...selectFilters((name) => filterNamed(name)) }),
);

/** `x | to_money` is `lib.to_money(x)`. */
const helperFilter = (name: string): Filter | undefined => {
  const helper = helpers.get(name);
  if (!helper) return undefined;
  return {
    params: [],
    isOpen: true,
    call: (value, args, rendering, named) => {
      const complaint = misuse(helper, args.length + 1, [...named.keys()]);
      if (complaint !== undefined)
        throw new TemplateFailure(`${name} ${complaint}, the value before | among them.`);
      return asWritten(helper.call([value, ...args], rendering, Object.fromEntries(named)), helper.writes);
    },
  };
};
