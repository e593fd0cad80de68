import type { Asks } from './compile.ts';
import { positionsOf, type Matched } from './match.ts';
import type { Adjustment } from './price.ts';

/** What the rules made of a rate before one of them selects. */
export type Shaped = Readonly<{
  blockedBy: readonly string[];
  filteredBy: readonly string[];
  adjusts: readonly Adjustment[];
}>;

type Shaping = Readonly<{ blockedBy: string[]; filteredBy: string[]; adjusts: Adjustment[] }>;

/**
 * Blocks, filters, surcharges and discounts of all rules that apply. Each looks at the rates as they were given, so
 * that no order among the rules changes which rates are left or what they are compared by.
 */
export const shapeRates = (matched: readonly Matched[], asks: Asks): readonly Shaped[] => {
  const shaped = asks.rates.map((): Shaping => ({ blockedBy: [], filteredBy: [], adjusts: [] }));
  for (const match of matched) {
    const actions = match.compiled.actions.filter(({ action }) => isShaping(action.type));
    for (const position of actions.length > 0 ? positionsOf(match, shaped.length) : []) {
      const rate = shaped[position];
      const of = asks.rates[position];
      if (rate && of) actions.forEach((action) => shape(action, match.compiled.rule.id, rate, of));
    }
  }
  return shaped;
};

const shapingTypes: readonly string[] = ['block_service', 'filter', 'surcharge', 'discount'];
const isShaping = (type: string): boolean => shapingTypes.includes(type);

const shape = (
  { action, where, adjustment }: Matched['compiled']['actions'][number],
  rule: string,
  rate: Shaping,
  of: Asks['rates'][number],
): void => {
  if (action.type === 'block_service') rate.blockedBy.push(rule);
  if (action.type === 'filter' && where?.ask(of) !== true) rate.filteredBy.push(rule);
  if (adjustment) rate.adjusts.push(adjustment);
};

export const isLeft = ({ blockedBy, filteredBy }: Shaped): boolean =>
  blockedBy.length === 0 && filteredBy.length === 0;
