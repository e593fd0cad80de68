import { z } from 'zod';
import { GivenId } from './given-id.ts';
import { JsonValue } from './json-value.ts';
import { LogPosition } from './notice.ts';

const name = z.string().trim().min(1, 'must not be empty').max(50, 'must have at most 50 characters');

const object = z.record(z.string(), JsonValue);

/** Absent keeps what is (on update) or takes the default (on create). */
const ruleFields = {
  description: z.string().max(500, 'must have at most 500 characters').nullable().optional(),
  priority: z
    .number()
    .int('must be a whole number')
    .min(-1_000_000_000)
    .max(1_000_000_000, 'must be from -1000000000 to 1000000000')
    .optional(),
  isActive: z.boolean().optional(),
  metadata: object.optional(),
  templateSlug: z.string().nullable().optional(),
  /** Checked by the evaluator's own reader, which names what is wrong by its path. */
  rule: z
    .object({
      conditions: object.nullable().optional(),
      actions: object.nullable().optional(),
      conditionsExtensions: object.nullable().optional(),
      actionsExtensions: object.nullable().optional(),
      condition: object.nullable().optional(),
      furtherActions: z.array(object).max(100, 'can be 100 at most').optional(),
    })
    .optional(),
};

const Id = z.object({ id: GivenId });
const note = z.string().trim().max(500, 'must have at most 500 characters');

/** More rules than anybody orders by hand; each is an append of its own. */
const reorderedMax = 1_000;

/** Commands on shipping rules, which the write side works. */
export const ruleCommandPayloads = {
  create_shipping_rule: z.object({ ...ruleFields, name }),
  update_shipping_rule: z.object({ ...ruleFields, id: GivenId, name: name.optional() }),
  delete_shipping_rule: Id,
  activate_shipping_rule: Id,
  deactivate_shipping_rule: Id,
  reorder_shipping_rules: z.object({
    /** All live rules, the first to be asked first. */
    ids: z.array(GivenId).min(1, 'must name at least one rule').max(reorderedMax),
  }),
} as const;

/** Commands that the rules service works. */
export const decisionCommandPayloads = {
  select_rate: z.object({
    /** Chosen by the sender, so that a repeated request is the same decision. */
    decisionId: GivenId,
    testMode: z.boolean(),
    /** Shipment and rates in the shape of the API. */
    facts: JsonValue,
    /** Where a run asks: which one, and how many runs led to it. */
    runId: GivenId.optional(),
    depth: z.number().int().min(0).optional(),
  }),
  /** A person decides what was held. */
  settle_rate_decision: z.object({
    id: GivenId,
    /** Null: no rate shall be taken; left out: the one that the rules propose. */
    rateId: GivenId.nullable().optional(),
    note: note.optional(),
  }),
} as const;

/** What the rules service is asked; to answer changes nothing but the record of a backtest. */
export const ruleQuestionPayloads = {
  simulate_rules: z.object({
    facts: JsonValue,
    /** Instead of the live rules. */
    draft: z.array(JsonValue).max(1_000, 'can be 1,000 at most').optional(),
    /** Nothing but the draft. */
    isWhole: z.boolean().default(false),
  }),
  /** What a selection would be answered by the live rules. */
  preview_selection: z.object({ facts: JsonValue }),
  /** A decision as its asker was told, or as a person has settled it since. */
  rate_decision: z.object({ id: GivenId }),
  explain_decision: z.object({ id: GivenId }),
  rule_versions: z.object({ id: GivenId }),
  rule_set: z.object({
    position: LogPosition.optional(),
    at: z.iso.datetime().optional(),
  }),
  rule_set_versions: z.object({ first: z.number().int().min(1).max(200) }),
  analyse_rules: z.object({ ruleId: GivenId.optional() }),
  start_backtest: z.object({
    /** Chosen by the sender, so that a repeated request is the same backtest. */
    backtestId: GivenId,
    actor: z.string(),
    /** Laid over the live rules, or, with `isWhole`, instead of them; without one the live rules are tried. */
    draft: z.array(JsonValue).max(1_000, 'can be 1,000 at most').optional(),
    isWhole: z.boolean().default(false),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    testMode: z.boolean(),
  }),
  backtest: z.object({ id: GivenId }),
} as const;
