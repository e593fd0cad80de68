import type { Json } from '../json.ts';
import { factNameOf, type OptionFact } from './action.ts';
import { decimal, digits, type Decimal } from './decimal.ts';
import { matches, type Matched } from './match.ts';
import type { RateDecision } from './trace.ts';
import type { Scene } from './view.ts';

/** What goes out with the decision: options, holds and notifications of the rules that concern it. */
export type Effects = Pick<RateDecision, 'options' | 'holds' | 'notifications'> &
  Readonly<{
    overruled: ReadonlyMap<string, readonly string[]>;
    unresolved: ReadonlyMap<string, readonly string[]>;
  }>;

/** A rule concerns the outcome if it matches the selected rate; where none is selected, if it applies at all. */
export const effectsOf = (
  scene: Scene,
  matched: readonly Matched[],
  selected: number | undefined,
): Effects => {
  const concerned = matched.filter((match) => selected === undefined || matches(match, selected));
  const actions = concerned.flatMap(({ compiled: { rule } }) =>
    rule.actions.map((action) => ({ rule: rule.id, action })),
  );
  return {
    ...optionsOf(scene, actions),
    holds: actions.flatMap(({ rule, action }) =>
      action.type === 'hold' ? [{ rule, reason: action.reason }] : [],
    ),
    notifications: actions.flatMap(({ rule, action }) =>
      action.type === 'notify' ? [{ rule, workflow: action.workflow, parameters: action.parameters }] : [],
    ),
  };
};

type RuleAct = Readonly<{ rule: string; action: Matched['compiled']['rule']['actions'][number] }>;

/** The first rule that speaks of an option decides it. */
const optionsOf = (
  scene: Scene,
  actions: readonly RuleAct[],
): Pick<Effects, 'options' | 'overruled' | 'unresolved'> => {
  const decided = new Map<string, Json | undefined>();
  const overruled = new Map<string, readonly string[]>();
  const unresolved = new Map<string, readonly string[]>();
  const note = (notes: Map<string, readonly string[]>, rule: string, name: string) =>
    notes.set(rule, [...(notes.get(rule) ?? []), name]);
  for (const { rule, action } of actions) {
    if (action.type !== 'set_options' && action.type !== 'require_options') continue;
    for (const [name, wanted] of Object.entries(action.options)) {
      const value = resolved(scene, wanted);
      if (decided.has(name)) note(overruled, rule, name);
      else if (value === undefined) note(unresolved, rule, name);
      else decided.set(name, action.type === 'require_options' && isSaid(scene, name) ? undefined : value);
    }
  }
  const options = Object.fromEntries(
    [...decided].flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return { options, overruled, unresolved };
};

/** Whether the shipment has the option: switched off counts as not. */
const isSaid = ({ facts }: Scene, name: string): boolean => {
  const value = facts.shipment.options?.[name];
  return value !== undefined && value !== null && value !== false && value !== '';
};

/** A literal, or what the facts say; undefined where they do not. */
const resolved = (scene: Scene, wanted: Json): Json | undefined => {
  const name = factNameOf(wanted);
  if (name === undefined) return wanted;
  const value = factOf(scene, name);
  if (value === undefined) return undefined;
  // A number where it is the same number, as the contract has it.
  const number = Number(digits(value));
  return decimal(number).eq(value) ? number : digits(value);
};

const factOf = (scene: Scene, name: OptionFact): Decimal | undefined => {
  const { order_total } = scene.facts.shipment;
  switch (name) {
    case 'shipment.value':
      return scene.value()?.amount;
    case 'shipment.order_total':
      return order_total === null || order_total === undefined ? undefined : decimal(order_total);
  }
};
