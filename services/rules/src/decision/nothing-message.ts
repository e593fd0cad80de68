import type { Decided } from '@karrio/domain';

const namesMax = 5;

/** Why there is no rate, in words that say what to do about it. */
export const nothingMessage = ({ decision, trace }: Decided): string => {
  switch (decision.why) {
    case 'no_rates':
      return 'There were no rates to choose from. Ask the carriers for rates, and look at what they answer.';
    case 'all_set_aside': {
      const by = new Set(trace.rates.flatMap((rate) => rate.by ?? []));
      const names = trace.rules.filter(({ rule }) => by.has(rule)).map(({ name }) => name);
      return `Rules took out every rate: ${some(names)}. Change what they block or filter, or give other rates.`;
    }
    case 'no_rule_selects':
      return 'No rule that selects a rate applies to this shipment. A last rule without conditions would take every shipment that the others leave.';
    case 'nothing_to_select':
    case null: {
      const names = trace.rules.filter(({ selection }) => selection !== undefined).map(({ name }) => name);
      const priceless = trace.rates.some(
        ({ standing }) => standing === 'currency' || standing === 'no_price',
      );
      const remedy = priceless
        ? 'Some rates could not be compared: give their prices, and exchange rates for their currencies.'
        : 'Let them choose among more carriers or services, or add a rule after them.';
      return `Rules apply that select (${some(names)}), but none of the rates that they may choose is left. ${remedy}`;
    }
  }
};

const some = (names: readonly string[]): string =>
  names.slice(0, namesMax).join(', ') +
  (names.length > namesMax ? ` and ${names.length - namesMax} more` : '');
