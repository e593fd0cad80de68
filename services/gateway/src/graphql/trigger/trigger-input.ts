import {
  AutomationTriggerType,
  CatchUpPolicyEnum,
  DstGapEnum,
  DstRepeatEnum,
  OverlapPolicyEnum,
} from '../enum.ts';
import { builder, type BuilderTypes } from '../builder.ts';
import { EventPolicyInput, WebhookPolicyInput } from './trigger-policy-input.ts';

type Fields = PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>;

const idNote = 'Its id.';

export const SchedulePolicyInput = builder.inputType('SchedulePolicyInput', {
  description: 'What a schedule does where that is not plain. What is left out stays, or is the default.',
  fields: (t) => ({
    timezone: t.string({
      description: 'The place whose clocks it goes by, as Europe/Berlin; UTC unless given.',
    }),
    dst_gap: t.field({
      type: DstGapEnum,
      description:
        'A time that the clocks skip. Unless given: run_once where the expression names hours, else skip.',
    }),
    dst_repeat: t.field({
      type: DstRepeatEnum,
      description:
        'A time that the clocks show twice. Unless given: once where the expression names hours, else twice.',
    }),
    overlap_policy: t.field({
      type: OverlapPolicyEnum,
      description: 'A slot that is due while a run of the trigger is open; allow unless given.',
    }),
    catch_up_policy: t.field({
      type: CatchUpPolicyEnum,
      description: 'Slots that passed while the engine was down; last unless given.',
    }),
    catch_up_window_ms: t.float({
      description: 'How old a slot may be to be caught up, 0 to 31 days; a day (86400000) unless given.',
    }),
    jitter_ms: t.int({
      description:
        'All slots come later by the same part of this, 0 to 3600000, so that not all triggers start at once.',
    }),
    starts_at: t.field({ type: 'DateTime', description: 'No slots before then; null: at once.' }),
    ends_at: t.field({ type: 'DateTime', description: 'No slots from then on; null: it never ends.' }),
  }),
});

const triggerFields = (t: Fields) => ({
  name: t.string({ description: 'What people call it; at most 50 characters.' }),
  is_active: t.boolean({ description: 'False pauses it. A new one is active unless said otherwise.' }),
  test_mode: t.boolean({
    description:
      'True: what it starts are test runs. Unless given, a new one is as the key or session that makes it.',
  }),
  parameters: t.field({
    type: 'JSON',
    description: 'What a run is given that a schedule starts, or a person with trigger_scheduled_workflow.',
  }),
  schedule: t.string({
    description:
      'Of a schedule: 5 cron fields (minute hour day-of-month month day-of-week), 6 with seconds in front, or @daily and the like.',
  }),
  schedule_policy: t.field({
    type: SchedulePolicyInput,
    description: 'Of a schedule: time zone, overlaps, catching up; null takes the defaults.',
  }),
  webhook: t.field({
    type: WebhookPolicyInput,
    description: 'Of a webhook: signatures, repeats, limits and answers; null takes the defaults.',
  }),
  event: t.field({
    type: EventPolicyInput,
    description: 'Of an event trigger: which events start the workflow.',
  }),
  secret: t.string({
    description:
      'Of a webhook: what the header must hold, or the key of its signatures. Null keeps what is set, an empty text removes it.',
  }),
  secret_key: t.string({
    description: 'Of a webhook that does not sign: the name of the HTTP header, such as X-Webhook-Secret.',
  }),
  template_slug: t.string({
    description: 'The template that it is made from: it gives what is left out here.',
  }),
});

export const PartialWorkflowTriggerMutationInput = builder.inputType('PartialWorkflowTriggerMutationInput', {
  description: 'A trigger within a workflow’s input.',
  fields: (t) => ({
    id: t.string({ description: idNote }),
    trigger_type: t.field({ type: AutomationTriggerType, description: 'What starts the workflow.' }),
    ...triggerFields(t),
  }),
});

export const CreateWorkflowTriggerMutationInput = builder.inputType('CreateWorkflowTriggerMutationInput', {
  description: 'A trigger for a workflow, beside those that it has.',
  fields: (t) => ({
    workflow_id: t.string({ required: true, description: 'The workflow to start.' }),
    trigger_type: t.field({ type: AutomationTriggerType, required: true, description: 'What starts it.' }),
    ...triggerFields(t),
  }),
});

export const UpdateWorkflowTriggerMutationInput = builder.inputType('UpdateWorkflowTriggerMutationInput', {
  description: 'Changes to a trigger; what is left out stays.',
  fields: (t) => ({
    id: t.string({ required: true, description: idNote }),
    trigger_type: t.field({ type: AutomationTriggerType, description: 'What starts the workflow.' }),
    ...triggerFields(t),
  }),
});
