import { derivedId, newId, type FieldErrors } from '@karrio/contracts';
import { askRules } from './ask-rules.ts';
import { asJson, ask } from '../ask.ts';
import { builder } from '../builder.ts';
import { errorsField } from '../payload.ts';
import { viewerOf } from '../context.ts';
import { draftsOf } from './shipping-rule-command.ts';
import { DraftShippingRuleInput } from './shipping-rule-input.ts';

type Backtest = Readonly<{
  id: string;
  status: string;
  message: string | null;
  done: number;
  total: number | null;
  ruleSetHash: string;
  from: string;
  to: string;
  result: unknown;
}>;

const ShippingRuleBacktestType = builder.objectRef<Backtest>('ShippingRuleBacktestType').implement({
  description: 'Rules tried on the recorded decisions of a period.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Its id, for ever.' }),
    status: t.exposeString('status', { description: 'running, finished or failed.' }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'Why it failed, and what to do about it.',
    }),
    done: t.exposeInt('done', { description: 'How many decisions were tried.' }),
    total: t.exposeInt('total', { nullable: true, description: 'Of how many; null until they are counted.' }),
    rule_set: t.exposeString('ruleSetHash', { description: 'The hash of the rules that are tried.' }),
    from: t.expose('from', { type: 'DateTime', description: 'The beginning of the period.' }),
    to: t.expose('to', { type: 'DateTime', description: 'Its end, which is no more in it.' }),
    result: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'decisions, flips, otherwiseChanged; cost by currency and transitDays, before, after and difference; byRule and byCarrier; listed: the first 1,000 flips. Null until it is finished.',
      resolve: ({ result }) => result,
    }),
  }),
});

const BacktestShippingRulesInput = builder.inputType('BacktestShippingRulesMutationInput', {
  description: 'The rules to try, and on what.',
  fields: (t) => ({
    draft: t.field({
      type: [DraftShippingRuleInput],
      description:
        'Laid over the live rules, those with the id of one in its place; the live rules are tried unless given.',
    }),
    draft_only: t.boolean({ description: 'Whether the draft is all there is; false unless given.' }),
    from: t.field({ type: 'DateTime', required: true, description: 'Decisions since this instant.' }),
    to: t.field({ type: 'DateTime', required: true, description: 'Decisions before this instant.' }),
  }),
});

type Payload = Readonly<{ errors: FieldErrors | null; id: string | null }>;

const BacktestShippingRulesMutation = builder.objectRef<Payload>('BacktestShippingRulesMutation').implement({
  description: 'A backtest that has begun.',
  fields: (t) => ({
    errors: errorsField(t, 'What was wrong with the input, by field.'),
    id: t.exposeString('id', {
      nullable: true,
      description: 'Its id: shipping_rule_backtest says how far it is, and what came of it.',
    }),
  }),
});

export const addRuleBacktest = (): void => {
  builder.queryFields((t) => ({
    shipping_rule_backtest: t.field({
      permission: 'rates:read',
      type: ShippingRuleBacktestType,
      description: 'How far a backtest is, and what came of it.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: (_, { id }, context) => askRules<Backtest>(context, 'backtest', { id }),
    }),
  }));
  builder.mutationFields((t) => ({
    backtest_shipping_rules: t.field({
      permission: 'rates:select',
      type: BacktestShippingRulesMutation,
      description:
        'Tries rules on the recorded decisions of a period, and says what would have come out otherwise.',
      args: {
        input: t.arg({ type: BacktestShippingRulesInput, required: true, description: 'What to try.' }),
      },
      resolve: async (_, { input }, context, { path }): Promise<Payload> => {
        const { org, actor, testMode } = viewerOf(context);
        const { draft, draft_only, from, to } = input;
        const key = context.call.idempotencyKey;
        const payload = {
          backtestId: key ? derivedId('backtest', org, String(path.key), key) : newId('backtest'),
          actor,
          ...(draft ? { draft: draftsOf(draft) } : {}),
          isWhole: draft_only ?? false,
          from,
          to,
          testMode,
        };
        const answer = await ask(context, 'rules', { name: 'start_backtest', payload: asJson(payload) });
        if ('errors' in answer) return { errors: answer.errors, id: null };
        return { errors: null, id: payload.backtestId };
      },
    }),
  }));
};
