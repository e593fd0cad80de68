import { askRules } from './ask-rules.ts';
import { builder } from '../builder.ts';
import type { GraphContext } from '../context.ts';

type Explanation = Readonly<{
  id: string;
  rule_set: string;
  says: string;
  decision: unknown;
  trace: unknown;
  rates: unknown;
  conditions: unknown;
}>;

const RateDecisionExplanationType = builder.objectRef<Explanation>('RateDecisionExplanationType').implement({
  description: 'Why a decision was made as it was, from the facts and the rules that it was made from.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'The decision.' }),
    rule_set: t.exposeString('rule_set', { description: 'The hash of the rules that decided.' }),
    says: t.exposeString('says', { description: 'The decision in a sentence.' }),
    rates: t.field({
      type: 'JSON',
      description:
        'Each rate with its standing, because (why it was selected, or why not), and changes: for each kind of change the smallest one that would have selected it, tried by deciding anew; edits, and says in words.',
      resolve: ({ rates }) => rates,
    }),
    conditions: t.field({
      type: 'JSON',
      description: 'Of each rule its condition with the answer of each part, true, false or unknown.',
      resolve: ({ conditions }) => conditions,
    }),
    decision: t.field({
      type: 'JSON',
      description: 'All of the decision.',
      resolve: ({ decision }) => decision,
    }),
    trace: t.field({
      type: 'JSON',
      description: 'What each rule did and what became of each rate.',
      resolve: ({ trace }) => trace,
    }),
  }),
});

type Finding = Readonly<{
  rule: string;
  kind: string;
  by: string | null;
  reason: string;
  example: unknown;
}>;

export const ShippingRuleFindingType = builder.objectRef<Finding>('ShippingRuleFindingType').implement({
  description: 'Something about a rule that its author will want to know: certain, never a guess.',
  fields: (t) => ({
    rule_id: t.exposeString('rule', { description: 'The rule.' }),
    kind: t.exposeString('kind', { description: 'never_matches, shadowed or contradicts.' }),
    by_rule_id: t.exposeString('by', {
      nullable: true,
      description: 'The other rule, of a finding about two.',
    }),
    reason: t.exposeString('reason', { description: 'Why, in words.' }),
    example: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'Facts, made up and tried, of which the finding is true; null where none could be made up.',
      resolve: ({ example }) => example,
    }),
  }),
});

export const findingsOf = (context: GraphContext, ruleId: string | null | undefined) =>
  askRules<readonly Finding[]>(context, 'analyse_rules', ruleId ? { ruleId } : {});

export const addRateExplanationQueries = (): void => {
  builder.queryFields((t) => ({
    explain_rate_decision: t.field({
      permission: 'rates:read',
      type: RateDecisionExplanationType,
      description:
        'Why a past decision was made, and the smallest change that would have made another rate win, each tried.',
      args: { id: t.arg.string({ required: true, description: 'The decision.' }) },
      resolve: (_, { id }, context) => askRules<Explanation>(context, 'explain_decision', { id }),
    }),
    shipping_rule_warnings: t.field({
      permission: 'definitions:read',
      type: [ShippingRuleFindingType],
      description: 'Rules that can never match, are shadowed by another, or contradict.',
      args: {
        id: t.arg.string({
          description: 'About this rule alone, active or not; about all active ones unless given.',
        }),
      },
      resolve: (_, { id }, context) => findingsOf(context, id),
    }),
  }));
};
