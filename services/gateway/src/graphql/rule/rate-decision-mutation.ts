import { findRateDecision } from '@karrio/read-model';
import { decisionIdOf } from '../../command/submit.ts';
import { builder, type BuilderTypes } from '../builder.ts';
import { change } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { payloadOf, payloadType } from '../payload.ts';
import { RateDecisionType } from './rate-decision-type.ts';

type Fields = PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>;

/** What a decision is made from. */
export const factFields = (t: Fields) => ({
  shipment: t.field({
    type: 'JSON',
    required: true,
    description:
      'As it is sent to get rates: shipper, recipient, parcels, items, options, reference; and value, tags, channel, metadata.',
  }),
  rates: t.field({
    type: ['JSON'],
    required: true,
    description: 'The rates to choose from, as the carriers’ API answers them. Each has an id of its own.',
  }),
  currency: t.string({ description: 'In which rates of several currencies are compared.' }),
  exchange_rates: t.field({
    type: ['JSON'],
    description: 'One unit of from is rate units of to: [{"from": "EUR", "to": "USD", "rate": "1.08"}].',
  }),
  time_zone: t.string({ description: 'Whose calendar rules about dates mean; UTC unless given.' }),
  evaluated_at: t.field({ type: 'DateTime', description: 'The time that rules see; now unless given.' }),
});

const SelectRateMutationInput = builder.inputType('SelectRateMutationInput', {
  description: 'A shipment with its rates.',
  fields: factFields,
});

const SettleRateDecisionMutationInput = builder.inputType('SettleRateDecisionMutationInput', {
  description: 'A person’s choice.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'The decision.' }),
    rate_id: t.string({ description: 'The rate to take; the proposed one unless given.' }),
    no_rate: t.boolean({ description: 'That no rate shall be taken; false unless given.' }),
    note: t.string({ description: 'Why; at most 500 characters.' }),
  }),
});

const SelectRateMutation = payloadType('SelectRateMutation', 'rate_decision', RateDecisionType);
const SettleRateDecisionMutation = payloadType(
  'SettleRateDecisionMutation',
  'rate_decision',
  RateDecisionType,
);

export const addRateDecisionMutations = (): void => {
  builder.mutationFields((t) => ({
    select_rate: t.field({
      permission: 'rates:select',
      type: SelectRateMutation,
      description: 'Has the live rules choose a rate, and records what they decided.',
      args: {
        input: t.arg({ type: SelectRateMutationInput, required: true, description: 'What to choose from.' }),
      },
      resolve: async (_, { input }, context, { path }) => {
        const { org, testMode } = viewerOf(context);
        const key = context.call.idempotencyKey;
        const decisionId = decisionIdOf(org, key && `${path.key} ${key}`);
        const command = { decision_id: decisionId, test_mode: testMode, facts: factsOf(input) };
        return payloadOf(await change('select_rate', command, context, path.key), reading(context));
      },
    }),
    settle_rate_decision: t.field({
      permission: 'rates:select',
      type: SettleRateDecisionMutation,
      description:
        'Says which rate is taken where a rule held the decision for a person. A run that waits for it goes on.',
      args: {
        input: t.arg({ type: SettleRateDecisionMutationInput, required: true, description: 'The choice.' }),
      },
      resolve: async (_, { input }, context, { path }) => {
        const choice = choiceOf(input);
        if ('errors' in choice) return { errors: choice.errors, entity: null };
        const settled = await change('settle_rate_decision', choice.command, context, path.key);
        return payloadOf(settled, reading(context));
      },
    }),
  }));
};

type Settlement = typeof SettleRateDecisionMutationInput.$inferInput;

const choiceOf = ({ id, rate_id, no_rate, note }: Settlement) => {
  if (no_rate && rate_id) {
    const message = 'A rate is named, too: leave out one of rate_id and no_rate.';
    return { errors: [{ field: 'no_rate', messages: [message] }] };
  }
  const rate = no_rate ? { rate_id: null } : rate_id ? { rate_id } : {};
  return { command: { id, ...rate, ...(note ? { note } : {}) } };
};

/** What was left out stays out. */
export const factsOf = (input: object): object =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined));

const reading = (context: GraphContext) => (id: string) =>
  findRateDecision(context.ports.db, viewerOf(context).org, id);
