import type { InlineTrigger } from '@karrio/contracts';
import { refusal, type Refusal, type TriggerDefinition } from '@karrio/domain';
import { pick } from '../definition/pick.ts';
import { eventPolicyOf, eventProblems } from './event-policy.ts';
import { scheduleProblems, schedulePolicyOf } from './schedule-policy.ts';
import { secretOf } from './secret.ts';
import { webhookPolicyOf, webhookProblems } from './webhook-policy.ts';

type Shaped = Readonly<{ definition: TriggerDefinition }> | Readonly<{ refused: readonly Refusal[] }>;

const blank: Omit<TriggerDefinition, 'triggerType'> = {
  name: null,
  isActive: true,
  testMode: false,
  parameters: null,
  schedule: null,
  schedulePolicy: null,
  secretKey: null,
  sealedSecret: null,
  shownSecret: null,
  formerSecret: null,
  webhook: null,
  event: null,
  templateSlug: null,
};

/** The definition that an input makes of what is known, or what is wrong with it. `path` leads to the input. */
export const shapeTrigger = (
  input: InlineTrigger,
  known: TriggerDefinition | undefined,
  { path, at }: Readonly<{ path: string; at: string }>,
): Shaped => {
  const triggerType = input.triggerType ?? known?.triggerType;
  if (triggerType === undefined) {
    const message = 'Say what starts the workflow: manual, scheduled, webhook or event.';
    return { refused: [refusal('invalid', `${path}trigger_type`, message)] };
  }
  const before = known ?? blank;
  const definition: TriggerDefinition = {
    triggerType,
    name: pick(input.name, before.name),
    isActive: input.isActive ?? before.isActive,
    testMode: input.testMode ?? before.testMode,
    parameters: pick(input.parameters, before.parameters),
    ...scheduleOf(triggerType, input, before),
    secretKey: pick(input.secretKey, before.secretKey),
    ...secretOf(input.sealedSecret, before, at),
    webhook: triggerType === 'webhook' ? webhookPolicyOf(input.webhook, before.webhook) : null,
    event: triggerType === 'event' ? eventPolicyOf(input.event, before.event) : null,
    templateSlug: pick(input.templateSlug, before.templateSlug),
  };
  const problems = [
    ...typeProblems(input, definition),
    ...scheduleProblems(definition, at),
    ...webhookProblems(definition),
    ...eventProblems(definition),
  ];
  return problems.length > 0
    ? { refused: problems.map((problem) => ({ ...problem, field: path + problem.field })) }
    : { definition };
};

/** A trigger that becomes another type forgets its schedule. */
const scheduleOf = (
  triggerType: TriggerDefinition['triggerType'],
  input: InlineTrigger,
  before: Pick<TriggerDefinition, 'schedule' | 'schedulePolicy'>,
): Pick<TriggerDefinition, 'schedule' | 'schedulePolicy'> =>
  triggerType === 'scheduled'
    ? {
        schedule: pick(input.schedule, before.schedule)?.trim() ?? null,
        schedulePolicy: schedulePolicyOf(input.schedulePolicy, before.schedulePolicy),
      }
    : { schedule: null, schedulePolicy: null };

const typeProblems = (input: InlineTrigger, { triggerType }: TriggerDefinition): readonly Refusal[] => {
  const problems: Refusal[] = [];
  const invalid = (field: string, message: string) => problems.push(refusal('invalid', field, message));
  const others = [
    ['schedule', 'scheduled', input.schedule],
    ['schedule_policy', 'scheduled', input.schedulePolicy],
    ['webhook', 'webhook', input.webhook],
    ['event', 'event', input.event],
  ] as const;
  for (const [field, type, given] of others) {
    if (given && type !== triggerType) {
      invalid(
        field,
        `This is of triggers of the type ${type}; leave it out, or set trigger_type to ${type}.`,
      );
    }
  }
  return problems;
};
