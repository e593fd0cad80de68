import { compareText } from '../compare-text.ts';
import type { FieldTest } from '../condition.ts';
import { decimal, digits, isDecimal, type Decimal } from '../decimal.ts';
import type { Evaluation } from '../evaluate.ts';
import type { RateFact } from '../facts.ts';
import { isList } from '../kind.ts';
import type { NormalRule, RuleSet } from '../rule.ts';
import { inUnit, mass } from '../unit.ts';
import type { Edit } from './edit.ts';
import { leavesOf } from './leaves.ts';

/** Transit days at which a decision may change, the nearest first. */
export const transitEdits = (evaluation: Evaluation, ruleSet: RuleSet, rate: RateFact): readonly Edit[] => {
  const from = rate.transit_days ?? null;
  const said = evaluation.scene.rates.flatMap((view) => view.days() ?? []);
  const compared = thresholds(ruleSet, 'rate.transit_days').map(Number);
  const days = new Set([...said, ...compared].flatMap((day) => [day - 1, day, day + 1]));
  const distance = (to: number) => (from === null ? -to : Math.abs(to - from));
  return [...days]
    .filter((to) => Number.isInteger(to) && to >= 0 && to !== from)
    .toSorted((a, b) => distance(a) - distance(b) || a - b)
    .map((to) => ({ edit: 'transit_days', rate: rate.id, from, to }));
};

/** The rules that did something, without which, or before the others, it might have been otherwise. */
export const ruleEdits = ({ matched }: Evaluation): readonly Edit[] => {
  const rules = matched.map(({ compiled }) => compiled.rule);
  return [
    ...rules.filter(shapesOrSelects).map(({ id, name }): Edit => ({ edit: 'rule_off', rule: id, name })),
    ...rules.filter(selects).map(({ id, name }): Edit => ({ edit: 'rule_first', rule: id, name })),
  ];
};

const silentTypes = ['set_options', 'require_options', 'hold', 'notify'];
const shapesOrSelects = ({ actions }: NormalRule): boolean =>
  actions.some(({ type }) => !silentTypes.includes(type));
const selects = ({ actions }: NormalRule): boolean => actions.some(({ type }) => type === 'select_service');

/** What the shipment itself could have been for a rule to decide otherwise, the nearest first of each kind. */
export const shipmentEdits = (evaluation: Evaluation, ruleSet: RuleSet): readonly Edit[] => [
  ...weightEdits(evaluation, ruleSet),
  ...moneyEdits(evaluation, ruleSet),
  ...tagEdits(evaluation, ruleSet),
  ...channelEdits(evaluation, ruleSet),
  ...dateEdits(evaluation),
];

const thresholds = (ruleSet: RuleSet, field: string): readonly Decimal[] =>
  leavesOf(ruleSet)
    .filter((leaf) => leaf.field === field)
    .flatMap(valuesOf)
    .filter(isDecimal)
    .map((one) => decimal(one));

/** Around each point, by the smallest amount that is spoken of. */
const around = (points: readonly Decimal[], from: Decimal, step: string): readonly Decimal[] =>
  points
    .flatMap((point) => [point.minus(step), point, point.plus(step)])
    .filter((to) => to.gte(0) && !to.eq(from))
    .toSorted((a, b) => a.minus(from).abs().cmp(b.minus(from).abs()) || a.cmp(b));

/** Of a shipment of one parcel: with more, it is not said which of them would be lighter. */
const weightEdits = ({ scene }: Evaluation, ruleSet: RuleSet): readonly Edit[] => {
  const [parcel, ...others] = scene.facts.shipment.parcels ?? [];
  const weight = scene.weight();
  if (!parcel || others.length > 0 || !weight) return [];
  return leavesOf(ruleSet)
    .filter(({ field }) => field === 'shipment.weight' || field === 'parcel.weight')
    .flatMap((leaf) => {
      const { unit = 'lb' } = leaf;
      const from = inUnit(mass, weight, unit);
      const points = valuesOf(leaf)
        .filter(isDecimal)
        .map((one) => decimal(one));
      return (from ? around(points, from, '0.01') : []).map((to): Edit => ({
        edit: 'weight',
        from: digits(from ?? to),
        to: digits(to),
        unit,
      }));
    });
};

const moneyEdits = ({ scene }: Evaluation, ruleSet: RuleSet): readonly Edit[] => {
  const { order_total, currency } = scene.facts.shipment;
  const value = scene.value();
  const total = isDecimal(order_total) ? decimal(order_total) : undefined;
  const editsOf = (
    edit: 'value' | 'order_total',
    from: Decimal | undefined,
    said: string | null,
  ): readonly Edit[] =>
    from
      ? around(thresholds(ruleSet, `shipment.${edit}`), from, '0.01').map((to) => ({
          edit,
          from: digits(from),
          to: digits(to),
          currency: said,
        }))
      : [];
  return [
    ...editsOf('value', value?.amount, value?.currency ?? null),
    ...editsOf('order_total', total, currency ?? null),
  ];
};

const valuesOf = ({ value }: FieldTest): readonly unknown[] => (isList(value) ? value : [value]);

const texts = (ruleSet: RuleSet, field: string): readonly string[] =>
  leavesOf(ruleSet)
    .filter((leaf) => leaf.field === field)
    .flatMap(valuesOf)
    .filter((value) => typeof value === 'string');

const tagEdits = ({ scene }: Evaluation, ruleSet: RuleSet): readonly Edit[] => {
  const tags = scene.facts.shipment.tags ?? [];
  return [
    ...tags.map((tag): Edit => ({ edit: 'tag_removed', tag })),
    ...texts(ruleSet, 'shipment.tags')
      .filter((tag) => !tags.includes(tag))
      .map((tag): Edit => ({ edit: 'tag_added', tag })),
  ];
};

const channelEdits = ({ scene }: Evaluation, ruleSet: RuleSet): readonly Edit[] => {
  const from = scene.facts.shipment.channel ?? null;
  return texts(ruleSet, 'shipment.channel')
    .filter((to) => to !== from)
    .toSorted(compareText)
    .map((to) => ({ edit: 'channel', from, to }));
};

const dayMs = 86_400_000;

/** The week around: rules speak of weekdays, and of days that are near. */
const dateEdits = ({ scene }: Evaluation): readonly Edit[] => {
  const from = scene.moment().date;
  const day = Date.parse(`${from}T00:00:00Z`);
  return [1, -1, 2, -2, 3, -3].map((days) => ({
    edit: 'shipping_date',
    from,
    to: new Date(day + days * dayMs).toISOString().slice(0, 10),
  }));
};
