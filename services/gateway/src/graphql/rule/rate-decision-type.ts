import { type rateOutcomes } from '@karrio/domain';
import type { RateDecisionRow } from '@karrio/read-model';
import { builder, type BuilderTypes } from '../builder.ts';
import { pageFields } from '../page.ts';
import { ShippingRuleType } from './shipping-rule-type.ts';

export const RateDecisionType = builder.objectRef<RateDecisionRow>('RateDecisionType');

type Outcomes = Readonly<Record<(typeof rateOutcomes)[number], Readonly<{ description: string }>>>;

export const RateOutcomeEnum = builder.enumType('RateOutcomeEnum', {
  description: 'What a decision came to; one that was held, by what a person made of it.',
  values: {
    selected: { description: 'A rate was selected.' },
    none: { description: 'None was; reason and message say why.' },
    held: { description: 'A rule wants a person to agree, and nobody has settled it.' },
  } satisfies Outcomes,
});

export const addRateDecision = (): void => {
  builder.objectType(RateDecisionType, {
    description:
      'What shipping rules decided about the rates of a shipment, with all that it was decided from.',
    fields: (t) => ({
      object_type: t.string({ description: 'Always rate_decision.', resolve: () => 'rate_decision' }),
      id: t.exposeString('id', { description: 'Its id, for ever.' }),
      outcome: t.expose('outcome', { type: RateOutcomeEnum, description: 'What it came to.' }),
      reason: t.string({
        nullable: true,
        description:
          'Why there is no rate: no_rates, all_set_aside, no_rule_selects, nothing_to_select, held, or settled where a person took none.',
        resolve: reasonOf,
      }),
      message: t.exposeString('message', {
        nullable: true,
        description: 'The same in words, with what to do about it.',
      }),
      selected_rate: t.expose('rate', {
        type: 'JSON',
        nullable: true,
        description: 'The rate as it was given; of a held decision, the one that is proposed.',
      }),
      rule: t.field({
        type: ShippingRuleType,
        nullable: true,
        description: 'The rule that selected, as it is today; null where it was deleted, or none did.',
        resolve: async ({ rule_id, org_id }, _, { call }) =>
          rule_id === null ? null : ((await call.loaders(org_id).rule.load(rule_id)) ?? null),
      }),
      rule_id: t.exposeString('rule_id', { nullable: true, description: 'The rule that selected.' }),
      ...detailFields(t),
    }),
  });
};

const reasonOf = ({ outcome, settled, decision }: RateDecisionRow): string | null => {
  if (outcome === 'held') return 'held';
  if (settled) return outcome === 'none' ? 'settled' : null;
  return decision.why;
};

type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, RateDecisionRow>;

const detailFields = (t: Fields) => ({
  strategy: t.string({
    nullable: true,
    description: 'By what it compared the rates.',
    resolve: ({ decision }) => decision.strategy,
  }),
  options: t.field({
    type: 'JSON',
    description: 'What the shipment is to be bought with, besides what it says.',
    resolve: ({ decision }) => decision.options,
  }),
  holds: t.field({
    type: 'JSON',
    description: 'The rules that want a person to agree, each with its reason.',
    resolve: ({ decision }) => decision.holds,
  }),
  notifications: t.field({
    type: 'JSON',
    nullable: true,
    description: 'The workflows that were to be started, each with its run_id, or why it was refused.',
    resolve: ({ decision, notified }) =>
      decision.notifications.map((notification, index) => ({ ...notification, ...notified?.[index] })),
  }),
  rule_activity: t.field({
    type: 'JSON',
    nullable: true,
    description:
      'What became of each rate and each rule that applied; null where it is too large, see explain_rate_decision.',
    resolve: ({ trace }) => ('json' in trace ? trace.json : null),
  }),
  facts: t.field({
    type: 'JSON',
    nullable: true,
    description: 'The shipment and its rates as they were given; null where they are too large to show.',
    resolve: ({ facts }) => ('json' in facts ? facts.json : null),
  }),
  rule_set: t.exposeString('rule_set_hash', { description: 'The hash of the rules that decided.' }),
  settled: t.expose('settled', {
    type: 'JSON',
    nullable: true,
    description: 'Of a held decision, what a person chose: rate_id, rate, note, by, at.',
  }),
  run_id: t.exposeString('run_id', { nullable: true, description: 'The run that asked, where one did.' }),
  test_mode: t.exposeBoolean('test_mode', { description: 'Whether it was asked for with a test key.' }),
  created_at: t.expose('created_at', { type: 'DateTime', description: 'When it was decided.' }),
  updated_at: t.expose('updated_at', { type: 'DateTime', description: 'When it last changed.' }),
});

export const RateDecisionFilter = builder.inputType('RateDecisionFilter', {
  description: 'Which decisions, and which page of them.',
  fields: (t) => ({
    ...pageFields(t),
    outcome: t.field({ type: RateOutcomeEnum, description: 'Those that came to this.' }),
    is_open: t.boolean({ description: 'Those that wait for a person, or those that do not.' }),
    rule_id: t.string({ description: 'Those in which this rule selected.' }),
    run_id: t.string({ description: 'Those that this run asked for.' }),
    created_after: t.field({ type: 'DateTime', description: 'Those since this instant.' }),
    created_before: t.field({ type: 'DateTime', description: 'Those before this instant.' }),
  }),
});
