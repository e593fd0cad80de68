import type { CommandName } from '@karrio/contracts';
import { filledRule } from '../../catalogue/fill-in-rule.ts';
import { findShippingRule, type ShippingRuleRow } from '@karrio/read-model';
import { builder } from '../builder.ts';
import { change, type Changed } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { ActivateWorkflowMutationInput, DeleteMutationInput } from '../input.ts';
import { deletedOf, deletionType, payloadOf, payloadType } from '../payload.ts';
import { findingsOf, ShippingRuleFindingType } from './rate-explanation-query.ts';
import { ruleCommandInput, inputPathOfRule } from './shipping-rule-command.ts';
import {
  CreateShippingRuleMutationInput,
  ReorderShippingRulesMutationInput,
  UpdateShippingRuleMutationInput,
} from './shipping-rule-input.ts';
import { ShippingRuleType } from './shipping-rule-type.ts';

const CreateShippingRuleMutation = payloadType(
  'CreateShippingRuleMutation',
  'shipping_rule',
  ShippingRuleType,
);
const UpdateShippingRuleMutation = payloadType(
  'UpdateShippingRuleMutation',
  'shipping_rule',
  ShippingRuleType,
);

const DeleteShippingRuleMutation = deletionType('DeleteShippingRuleMutation');

export const addShippingRuleMutations = (): void => {
  for (const payload of [CreateShippingRuleMutation, UpdateShippingRuleMutation]) addWarnings(payload);
  builder.mutationFields((t) => ({
    create_shipping_rule: t.field({
      permission: 'definitions:write',
      type: CreateShippingRuleMutation,
      description: 'Makes a shipping rule.',
      args: {
        input: t.arg({ type: CreateShippingRuleMutationInput, required: true, description: 'The rule.' }),
      },
      resolve: (_, { input }, context, { path }) =>
        changedRule('create_shipping_rule', ruleCommandInput(filledRule(input)), context, path.key),
    }),
    update_shipping_rule: t.field({
      permission: 'definitions:write',
      type: UpdateShippingRuleMutation,
      description: 'Changes a shipping rule; decisions made before keep the rules that they were made by.',
      args: {
        input: t.arg({ type: UpdateShippingRuleMutationInput, required: true, description: 'The changes.' }),
      },
      resolve: (_, { input }, context, { path }) =>
        changedRule('update_shipping_rule', ruleCommandInput(input), context, path.key),
    }),
    delete_shipping_rule: t.field({
      permission: 'definitions:write',
      type: DeleteShippingRuleMutation,
      description: 'Deletes a shipping rule; what it decided stays.',
      args: { input: t.arg({ type: DeleteMutationInput, required: true, description: 'Which one.' }) },
      resolve: async (_, { input }, context, { path }) =>
        deletedOf(await change('delete_shipping_rule', input, context, path.key), input.id),
    }),
  }));
  addSwitches();
};

type RulePayload = typeof CreateShippingRuleMutation;

/** The rule is saved: that it cannot be looked into now must not look like a failure. */
const addWarnings = (payload: RulePayload): void => {
  builder.objectField(payload, 'warnings', (t) =>
    t.field({
      type: [ShippingRuleFindingType],
      nullable: true,
      description:
        'What is found about the rule: that it can never match, is shadowed or contradicts. Null where it was not saved, or nobody could look.',
      resolve: async ({ entity }, _, context) =>
        entity ? findingsOf(context, entity.id).catch(() => null) : null,
    }),
  );
};

const addSwitches = (): void => {
  builder.mutationFields((t) => ({
    activate_shipping_rule: t.field({
      permission: 'definitions:switch',
      type: UpdateShippingRuleMutation,
      description: 'Has a shipping rule take part in decisions.',
      args: {
        input: t.arg({ type: ActivateWorkflowMutationInput, required: true, description: 'Which one.' }),
      },
      resolve: (_, { input }, context, { path }) =>
        changedRule('activate_shipping_rule', input, context, path.key),
    }),
    deactivate_shipping_rule: t.field({
      permission: 'definitions:switch',
      type: UpdateShippingRuleMutation,
      description: 'Takes a shipping rule out of decisions, until it is activated again.',
      args: {
        input: t.arg({ type: ActivateWorkflowMutationInput, required: true, description: 'Which one.' }),
      },
      resolve: (_, { input }, context, { path }) =>
        changedRule('deactivate_shipping_rule', input, context, path.key),
    }),
    reorder_shipping_rules: t.field({
      permission: 'definitions:write',
      type: UpdateShippingRuleMutation,
      description: 'Puts all rules in an order, by giving each its priority. Answers with the first.',
      args: {
        input: t.arg({
          type: ReorderShippingRulesMutationInput,
          required: true,
          description: 'The new order.',
        }),
      },
      resolve: (_, { input }, context, { path }) =>
        changedRule('reorder_shipping_rules', input, context, path.key),
    }),
  }));
};

const changedRule = async (
  name: CommandName,
  input: object,
  context: GraphContext,
  field: string | number,
) => {
  const changed = named(await change(name, input, context, field));
  return payloadOf<ShippingRuleRow>(changed, (id) =>
    findShippingRule(context.ports.db, viewerOf(context).org, id),
  );
};

const named = (changed: Changed): Changed =>
  'errors' in changed
    ? { errors: changed.errors.map(({ field, messages }) => ({ field: inputPathOfRule(field), messages })) }
    : changed;
