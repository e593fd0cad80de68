import { z } from 'zod';
import type { Json } from '../json.ts';
import { decimalRemedy, isDecimal } from './decimal.ts';
import type { Condition } from './condition.ts';
import { isMap } from './map.ts';
import { readCondition } from './read-condition.ts';

export const strategies = ['cheapest', 'fastest', 'preferred', 'scored'] as const;
export type Strategy = (typeof strategies)[number];

const name = z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters');
const notNegative = z.custom<number | string>(
  (value) => isDecimal(value) && !String(value).startsWith('-'),
  `must be ${decimalRemedy}, and not negative`,
);
const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as USD');
const weight = z
  .number()
  .min(0, 'must not be negative')
  .max(1_000_000, 'must be at most 1,000,000')
  .default(0);

const ConditionInput = z.unknown().transform((value, context): Condition => {
  const read = readCondition(value, '');
  if ('read' in read) return read.read;
  for (const { field, message } of read.refused) {
    const path = field.split('.').filter((key) => key !== '');
    context.addIssue({ code: 'custom', path, message });
  }
  return z.NEVER;
});

/** Which rates are meant; what is not said is any. `carrier` is a carrier's code, a connection's id or its label. */
const Choice = z
  .strictObject({ carrier: name.optional(), connection: name.optional(), service: name.optional() })
  .refine(
    (choice) => Object.values(choice).some((said) => said !== undefined),
    'must say a carrier or a service',
  );
export type Choice = z.infer<typeof Choice>;

/** How much each weighs; only the proportions count. */
const Weights = z
  .strictObject({ cost: weight, speed: weight, reliability: weight, emissions: weight })
  .refine((weights) => Object.values(weights).some((each) => each > 0), 'must have one above 0');
export type Weights = z.infer<typeof Weights>;

/** The rule chooses among the rates that it matches and that are left. */
const SelectService = z
  .strictObject({
    type: z.literal('select_service'),
    strategy: z.enum(strategies).default('cheapest'),
    /** Only of these; for `preferred`, the first of them that has a rate. Empty: of all. */
    choices: z.array(Choice).max(100, 'can be 100 at most').default([]),
    weights: Weights.optional(),
  })
  .refine(({ strategy, choices }) => strategy !== 'preferred' || choices.length > 0, {
    path: ['choices'],
    message: 'must say what is preferred: a carrier, a service or both',
  })
  .refine(({ strategy, weights }) => (strategy === 'scored') === (weights !== undefined), {
    path: ['weights'],
    message: 'belongs to the strategy scored, which needs it: {"cost": 2, "speed": 1}',
  });
export type SelectService = z.infer<typeof SelectService>;

/** The rates that the rule matches are not to be had. */
const BlockService = z.strictObject({ type: z.literal('block_service') });

/** Of the rates that the rule matches, those stay for which `where` is true. */
const FilterRates = z.strictObject({ type: z.literal('filter'), where: ConditionInput });

/**
 * Compared as if it cost more or less; the price itself stays. Percents are of the rate's total charge, and the
 * adjustments of several rules add up, in whatever order. An amount is in each rate's currency unless one is given.
 */
const AdjustCost = z
  .strictObject({
    type: z.enum(['surcharge', 'discount']),
    percent: notNegative.optional(),
    amount: notNegative.optional(),
    currency: currency.optional(),
  })
  .refine(
    ({ percent, amount }) => percent !== undefined || amount !== undefined,
    'must have a percent or an amount',
  )
  .refine((adjust) => adjust.currency === undefined || adjust.amount !== undefined, {
    path: ['currency'],
    message: 'belongs to an amount: give one, or leave the currency out',
  });
export type AdjustCost = z.infer<typeof AdjustCost>;

/** What the value of an option may be taken from: {"fact": "shipment.value"}. */
export const optionFacts = ['shipment.value', 'shipment.order_total'] as const;
export type OptionFact = (typeof optionFacts)[number];

/** The fact that an option's value names; undefined for a literal. */
export const factNameOf = (value: Json): OptionFact | undefined => {
  if (!isMap(value) || Object.keys(value).length !== 1) return undefined;
  return optionFacts.find((name) => name === value['fact']);
};

const OptionValue = z
  .json()
  .refine(
    (value) => !isMap(value) || Object.keys(value).join() !== 'fact' || factNameOf(value) !== undefined,
    `must be a value, or name a fact: ${optionFacts.join(' or ')}`,
  );

/**
 * What the shipment is bought with. `set` replaces what the shipment says, `require` fills in what it does not say.
 */
const SetOptions = z.strictObject({
  type: z.enum(['set_options', 'require_options']),
  options: z
    .record(name, OptionValue)
    .refine((options) => Object.keys(options).length > 0, 'must have an option')
    .refine((options) => Object.keys(options).length <= 100, 'can be 100 at most'),
});
export type SetOptions = z.infer<typeof SetOptions>;

/** A matched rate wins if it costs at most so much more than what would have been chosen; without a limit, always. */
const PreferCarrier = z.strictObject({
  type: z.literal('prefer_carrier'),
  choice: Choice,
  within_percent: notNegative.optional(),
  within_amount: notNegative.optional(),
});
export type PreferCarrier = z.infer<typeof PreferCarrier>;

/** What was chosen is a proposal, which waits for a person. */
const Hold = z.strictObject({ type: z.literal('hold'), reason: z.string().trim().min(1).max(1_000) });

/** Names a workflow, by id or slug, to be started with these parameters. */
const Notify = z.strictObject({
  type: z.literal('notify'),
  workflow: name,
  parameters: z.record(z.string(), z.json()).default({}),
});

export const RuleAction = z.discriminatedUnion('type', [
  SelectService,
  BlockService,
  FilterRates,
  AdjustCost,
  SetOptions,
  PreferCarrier,
  Hold,
  Notify,
]);
export type RuleAction = z.infer<typeof RuleAction>;
