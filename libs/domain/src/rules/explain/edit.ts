import type { CompiledRules } from '../compile.ts';
import type { RateFacts } from '../facts.ts';

/** One thing that could have been otherwise. Money and weights are decimal digits. */
export type Edit =
  | Readonly<{ edit: 'total_charge'; rate: string; from: string; to: string; currency: string | null }>
  | Readonly<{ edit: 'transit_days'; rate: string; from: number | null; to: number }>
  | Readonly<{ edit: 'rule_off'; rule: string; name: string }>
  /** Evaluated before all others. */
  | Readonly<{ edit: 'rule_first'; rule: string; name: string }>
  | Readonly<{ edit: 'weight'; from: string; to: string; unit: string }>
  | Readonly<{ edit: 'value' | 'order_total'; from: string; to: string; currency: string | null }>
  | Readonly<{ edit: 'tag_added' | 'tag_removed'; tag: string }>
  | Readonly<{ edit: 'channel'; from: string | null; to: string }>
  | Readonly<{ edit: 'shipping_date'; from: string; to: string }>;

export type Situation = Readonly<{ compiled: CompiledRules; facts: RateFacts }>;

/** The same situation, but for these. */
export const applyEdits = (situation: Situation, edits: readonly Edit[]): Situation =>
  edits.reduce(applyEdit, situation);

const applyEdit = ({ compiled, facts }: Situation, edit: Edit): Situation => {
  switch (edit.edit) {
    case 'total_charge':
    case 'transit_days': {
      const change = edit.edit === 'total_charge' ? { total_charge: edit.to } : { transit_days: edit.to };
      const rates = facts.rates.map((rate) => (rate.id === edit.rate ? { ...rate, ...change } : rate));
      return { compiled, facts: { ...facts, rates } };
    }
    case 'rule_off':
      return { compiled: reordered(compiled, (id) => id !== edit.rule), facts };
    case 'rule_first':
      return { compiled: first(compiled, edit.rule), facts };
    default:
      return {
        compiled,
        facts: { ...facts, shipment: { ...facts.shipment, ...shipmentChange(facts, edit) } },
      };
  }
};

const reordered = ({ ruleSet, rules }: CompiledRules, stays: (id: string) => boolean): CompiledRules => ({
  ruleSet: { rules: ruleSet.rules.filter(({ id }) => stays(id)) },
  rules: rules.filter(({ rule }) => stays(rule.id)),
});

const first = (compiled: CompiledRules, rule: string): CompiledRules => {
  const only = reordered(compiled, (id) => id === rule);
  const others = reordered(compiled, (id) => id !== rule);
  return {
    ruleSet: { rules: [...only.ruleSet.rules, ...others.ruleSet.rules] },
    rules: [...only.rules, ...others.rules],
  };
};

type ShipmentEdit = Exclude<Edit, { edit: 'total_charge' | 'transit_days' | 'rule_off' | 'rule_first' }>;

const shipmentChange = ({ shipment }: RateFacts, edit: ShipmentEdit): Partial<RateFacts['shipment']> => {
  const tags = shipment.tags ?? [];
  switch (edit.edit) {
    case 'weight': {
      // Of several parcels it would not be said which one is lighter.
      const [only, ...others] = shipment.parcels ?? [];
      return only && others.length === 0
        ? { parcels: [{ ...only, weight: edit.to, weight_unit: edit.unit }] }
        : {};
    }
    case 'value':
      return { value: edit.to };
    case 'order_total':
      return { order_total: edit.to };
    case 'tag_added':
      return { tags: [...tags, edit.tag] };
    case 'tag_removed':
      return { tags: tags.filter((tag) => tag !== edit.tag) };
    case 'channel':
      return { channel: edit.to };
    case 'shipping_date':
      return { shipping_date: edit.to };
  }
};
