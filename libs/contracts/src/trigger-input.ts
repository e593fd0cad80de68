import { catchUpPolicies, gapPolicies, overlapPolicies, repeatPolicies, triggerTypes } from '@karrio/domain';
import { z } from 'zod';
import { GivenId } from './given-id.ts';
import { EventPolicyInput, WebhookPolicyInput } from './trigger-policy-input.ts';
import { JsonValue } from './json-value.ts';
import { SealedGiven } from './sealed-given.ts';
import { within } from './within.ts';

const hourMs = 3_600_000;
const instant = z.iso.datetime().nullable().optional();

/** Absent keeps what is (on update) or takes the default (on create). */
const SchedulePolicyInput = z.object({
  timezone: z.string().max(100, 'must have at most 100 characters').optional(),
  dstGap: z.enum(gapPolicies).nullable().optional(),
  dstRepeat: z.enum(repeatPolicies).nullable().optional(),
  overlapPolicy: z.enum(overlapPolicies).optional(),
  catchUpPolicy: z.enum(catchUpPolicies).optional(),
  catchUpWindowMs: within(0, 31 * 24 * hourMs).optional(),
  jitterMs: within(0, hourMs).optional(),
  startsAt: instant,
  endsAt: instant,
});
export type SchedulePolicyInput = z.infer<typeof SchedulePolicyInput>;

/** Absent keeps what is (on update) or takes the default (on create); null takes the default of a policy. */
export const triggerFields = {
  triggerType: z.enum(triggerTypes).optional(),
  name: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(50, 'must have at most 50 characters')
    .nullable()
    .optional(),
  isActive: z.boolean().optional(),
  /** Absent on create: as the command says. */
  testMode: z.boolean().optional(),
  parameters: JsonValue.optional(),
  schedule: z.string().nullable().optional(),
  schedulePolicy: SchedulePolicyInput.nullable().optional(),
  secretKey: z.string().max(100, 'must have at most 100 characters').nullable().optional(),
  sealedSecret: SealedGiven.nullable().optional(),
  webhook: WebhookPolicyInput.nullable().optional(),
  event: EventPolicyInput.nullable().optional(),
  templateSlug: z.string().nullable().optional(),
};

export const InlineTrigger = z.object({ ...triggerFields, id: GivenId.optional() });
export type InlineTrigger = z.infer<typeof InlineTrigger>;
