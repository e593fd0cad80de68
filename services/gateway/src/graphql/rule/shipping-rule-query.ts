import { findShippingRule, listShippingRules } from '@karrio/read-model';
import { builder } from '../builder.ts';
import { connectionType } from '../connection/connection.ts';
import { viewerOf } from '../context.ts';
import { connectionOf, pageOf } from '../page.ts';
import { ShippingRuleFilter } from './shipping-rule-input.ts';
import { ShippingRuleType } from './shipping-rule-type.ts';

const ShippingRuleTypeConnection = connectionType('ShippingRuleType', ShippingRuleType);

export const addShippingRuleQueries = (): void => {
  builder.queryFields((t) => ({
    shipping_rule: t.field({
      permission: 'definitions:read',
      type: ShippingRuleType,
      nullable: true,
      description: 'A shipping rule by its id; null where there is none.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: async (_, { id }, context) =>
        (await findShippingRule(context.ports.db, viewerOf(context).org, id)) ?? null,
    }),
    shipping_rules: t.field({
      permission: 'definitions:read',
      type: ShippingRuleTypeConnection,
      description: 'Shipping rules, in the order in which they are asked.',
      args: { filter: t.arg({ type: ShippingRuleFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) =>
        connectionOf(
          await listShippingRules(context.ports.db, viewerOf(context).org, filter ?? {}, pageOf(filter)),
        ),
    }),
  }));
};
