import { askRules } from './ask-rules.ts';
import { builder } from '../builder.ts';
import { ShippingRuleType } from './shipping-rule-type.ts';
import { rowOfEntry, type RuleEntry } from './rule-entry.ts';

type Version = Readonly<{
  version: number;
  position: string;
  at: string;
  actor: string;
  change: string;
  rule?: RuleEntry;
}>;
type SetVersion = Readonly<{ position: string; at: string; actor: string; ruleId: string; change: string }>;
type RuleSet = Readonly<{ hash: string; rules: readonly RuleEntry[] }>;

const ShippingRuleVersionType = builder.objectRef<Version>('ShippingRuleVersionType').implement({
  description: 'A shipping rule as one change left it.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Counted from 1.' }),
    position: t.exposeString('position', { description: 'Of the change in the log, for reads as of it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was recorded.' }),
    actor: t.exposeString('actor', { description: 'Who made the change.' }),
    change: t.exposeString('change', { description: 'Such as RuleCreated, RuleRevised, RuleReordered.' }),
    shipping_rule: t.field({
      type: ShippingRuleType,
      nullable: true,
      description: 'The rule; null where the change was its deletion.',
      resolve: ({ rule, at }) => (rule ? rowOfEntry(rule, at) : null),
    }),
  }),
});

const ShippingRuleSetVersionType = builder.objectRef<SetVersion>('ShippingRuleSetVersionType').implement({
  description: 'A change of any rule: each makes a version of all of them.',
  fields: (t) => ({
    position: t.exposeString('position', { description: 'Of the change in the log, for shipping_rule_set.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was recorded.' }),
    actor: t.exposeString('actor', { description: 'Who made the change.' }),
    rule_id: t.exposeString('ruleId', { description: 'The rule that changed.' }),
    change: t.exposeString('change', { description: 'Such as RuleCreated, RuleRevised, RuleReordered.' }),
  }),
});

const ShippingRuleSetType = builder.objectRef<RuleSet>('ShippingRuleSetType').implement({
  description: 'All rules of the organisation as they were.',
  fields: (t) => ({
    rule_set: t.exposeString('hash', { description: 'The hash of the active ones, which decisions name.' }),
    shipping_rules: t.field({
      type: [ShippingRuleType],
      description: 'The active ones in the order in which they were asked, then the others.',
      resolve: ({ rules }) => rules.map((rule) => rowOfEntry(rule, rule.createdAt)),
    }),
  }),
});

const setVersionsMax = 200;

export const addRuleHistoryQueries = (): void => {
  builder.queryFields((t) => ({
    shipping_rule_versions: t.field({
      permission: 'definitions:read',
      type: [ShippingRuleVersionType],
      description: 'Each version of a rule, the newest first, also of one that was deleted.',
      args: { id: t.arg.string({ required: true, description: 'The rule.' }) },
      resolve: (_, { id }, context) => askRules<readonly Version[]>(context, 'rule_versions', { id }),
    }),
    shipping_rule_set: t.field({
      permission: 'definitions:read',
      type: ShippingRuleSetType,
      description: 'All rules as of a position of the log or an instant; as of now unless one is given.',
      args: {
        position: t.arg.string({ description: 'A position that a version names; that change is in it.' }),
        at: t.arg({ type: 'DateTime', description: 'An instant.' }),
      },
      resolve: (_, { position, at }, context) =>
        askRules<RuleSet>(context, 'rule_set', {
          ...(position ? { position } : {}),
          ...(at ? { at } : {}),
        }),
    }),
    shipping_rule_set_versions: t.field({
      permission: 'definitions:read',
      type: [ShippingRuleSetVersionType],
      description: 'The last changes of any rule, the newest first.',
      args: {
        first: t.arg.int({ description: `How many at most, up to ${setVersionsMax}; 25 unless given.` }),
      },
      resolve: (_, { first }, context) =>
        askRules<readonly SetVersion[]>(context, 'rule_set_versions', {
          first: Math.min(Math.max(first ?? 25, 1), setVersionsMax),
        }),
    }),
  }));
};
