import { askRules } from './ask-rules.ts';
import { builder } from '../builder.ts';
import { RateOutcomeEnum } from './rate-decision-type.ts';
import { factFields, factsOf } from './rate-decision-mutation.ts';
import { draftsOf } from './shipping-rule-command.ts';
import { DraftShippingRuleInput } from './shipping-rule-input.ts';

type Simulated = Readonly<{
  rule_set: string;
  unreadable: unknown;
  decision: Readonly<{ outcome: 'selected' | 'none' | 'held'; rate: string | null; rule: string | null }>;
  trace: unknown;
}>;

const RuleSimulationType = builder.objectRef<Simulated>('RuleSimulationType').implement({
  description: 'What rules would decide. Nothing was recorded.',
  fields: (t) => ({
    outcome: t.field({
      type: RateOutcomeEnum,
      description: 'What it would come to.',
      resolve: ({ decision }) => decision.outcome,
    }),
    rate_id: t.string({
      nullable: true,
      description: 'The rate that would be selected.',
      resolve: ({ decision }) => decision.rate,
    }),
    rule_id: t.string({
      nullable: true,
      description: 'The rule that would select it; draft_1 is the first of a draft without an id.',
      resolve: ({ decision }) => decision.rule,
    }),
    decision: t.field({
      type: 'JSON',
      description: 'All of the decision: outcome, rate, rule, strategy, why, options, holds, notifications.',
      resolve: ({ decision }) => decision,
    }),
    trace: t.field({
      type: 'JSON',
      description: 'What each rule did and what became of each rate.',
      resolve: ({ trace }) => trace,
    }),
    rule_set: t.exposeString('rule_set', { description: 'The hash of the rules that were tried.' }),
    unreadable: t.field({
      type: 'JSON',
      description: 'Rules that this version of the engine cannot read, which took no part.',
      resolve: ({ unreadable }) => unreadable,
    }),
  }),
});

const SimulateShippingRulesInput = builder.inputType('SimulateShippingRulesInput', {
  description: 'A shipment with its rates, and the rules to try.',
  fields: (t) => ({
    ...factFields(t),
    draft: t.field({
      type: [DraftShippingRuleInput],
      description: 'Rules to try: laid over the live ones, those with the id of one in its place.',
    }),
    draft_only: t.boolean({ description: 'Whether the draft is all there is; false unless given.' }),
  }),
});

export const addRuleTrialQueries = (): void => {
  builder.queryFields((t) => ({
    simulate_shipping_rules: t.field({
      permission: 'rates:read',
      type: RuleSimulationType,
      description:
        'What the live rules, or a draft, would decide. Nothing is recorded and nobody is notified.',
      args: {
        input: t.arg({ type: SimulateShippingRulesInput, required: true, description: 'What to try.' }),
      },
      resolve: async (_, { input }, context) => {
        const { draft, draft_only, ...facts } = input;
        const payload = {
          facts: factsOf(facts),
          ...(draft ? { draft: draftsOf(draft) } : {}),
          isWhole: draft_only ?? false,
        };
        return askRules<Simulated>(context, 'simulate_rules', payload);
      },
    }),
  }));
};
