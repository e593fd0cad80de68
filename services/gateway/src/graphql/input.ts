import {
  AutomationActionType,
  AutomationEventType,
  AutomationHTTPContentType,
  AutomationHTTPMethod,
  AutomationParametersType,
  AutomationTemplateEngine,
  FailurePolicyEnum,
  UnknownResolutionEnum,
} from './enum.ts';
import { builder, type BuilderTypes } from './builder.ts';
import { PartialWorkflowConnectionMutationInput } from './connection/connection-input.ts';
import { PartialWorkflowTriggerMutationInput } from './trigger/trigger-input.ts';
import { CreateMetafieldInput, MetafieldInput } from './workflow/metafield-input.ts';

type Fields = PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>;

const templateSlug = { description: 'The template that it is made from: it gives what is left out here.' };
const ownData = { type: 'JSON', description: 'Your own data: an object.' } as const;
const idNote = 'Its id.';

const actionFields = (t: Fields) => ({
  port: t.int({ description: 'Of an HTTP request: the port, 1 to 65535.' }),
  host: t.string({
    description: 'Of an HTTP request: scheme and host, such as https://api.example.com.',
  }),
  endpoint: t.string({ description: 'Of an HTTP request: the path, such as /orders.' }),
  description: t.string({ description: 'What it is for; at most 150 characters.' }),
  method: t.field({ type: AutomationHTTPMethod, description: 'Of an HTTP request: its method.' }),
  parameters_type: t.field({
    type: AutomationParametersType,
    description: 'Where the rendered parameters go.',
  }),
  parameters_template: t.string({
    description: 'What it sends, maps or decides, as a template over parameters and steps.',
  }),
  header_template: t.string({ description: 'Its headers, as a template that renders a JSON object.' }),
  content_type: t.field({
    type: AutomationHTTPContentType,
    description: 'How the rendered parameters are read and sent.',
  }),
  template_engine: t.field({
    type: AutomationTemplateEngine,
    description: 'What its templates are written in; handlebars unless given.',
  }),
  ...httpPolicyFields(t),
  connection: t.field({
    type: PartialWorkflowConnectionMutationInput,
    description: 'How it reaches another system and authenticates there; null takes it away.',
  }),
  metadata: t.field(ownData),
  template_slug: t.string(templateSlug),
});

const httpPolicyFields = (t: Fields) => ({
  connect_timeout_ms: t.int({
    description: 'Of an HTTP request: how long a connection may take to stand, 1 to 60000.',
  }),
  timeout_ms: t.int({ description: 'Of an HTTP request: how long it may take in all, 1 to 600000.' }),
  accepted_statuses: t.stringList({
    description:
      'Of an HTTP request: the answers that count as success, as 404, 2xx or 200-204; 2xx unless given.',
  }),
  retry_policy: t.field({
    type: RetryPolicyInput,
    description: 'Of an HTTP request: when it is tried again; null takes the default.',
  }),
  on_unknown: t.field({
    type: UnknownResolutionEnum,
    description:
      'Of an HTTP request: what to do where nobody has an answer to it. Unless given, or where null: retry for get, put and delete, park for post and patch.',
  }),
  probe: t.field({
    type: ProbeInput,
    description: 'Of an HTTP request: how the receiver is asked, for on_unknown: probe. Null takes it away.',
  }),
});

const ProbeInput = builder.inputType('ProbeInput', {
  description: 'A GET request at the same host that says whether a request took effect.',
  fields: (t) => ({
    endpoint: t.string({
      required: true,
      description: 'The path, as a template, such as /orders/{{parameters.id}}.',
    }),
    template: t.string({
      required: true,
      description: 'Says of the answer whether it took effect: a template that renders true or false.',
    }),
  }),
});

const RetryPolicyInput = builder.inputType('RetryPolicyInput', {
  description:
    'When a failed request is tried again. Delays double from the first up to the longest, with jitter.',
  fields: (t) => ({
    max_retries: t.int({ description: 'How many times, 0 to 10; 3 unless given.' }),
    base_delay_ms: t.int({ description: 'The first delay, 1 to 60000; 1000 unless given.' }),
    max_delay_ms: t.int({ description: 'The longest delay, 1 to 3600000; 60000 unless given.' }),
    statuses: t.stringList({ description: 'The answers that are worth it, as 503 or 5xx.' }),
  }),
});

const ownMetafields = 'Typed values of its own; templates say them as metafields.';

export const ActionNodeInput = builder.inputType('ActionNodeInput', {
  description: 'The place of an action in a workflow. Give either slug or index.',
  fields: (t) => ({
    order: t.int({
      required: true,
      description: 'Equal orders run together, a higher order after all lower ones.',
    }),
    slug: t.string({ description: 'The slug of a saved action, or of one in actions.' }),
    index: t.int({ description: 'The position in this input’s actions, from 0.' }),
  }),
});

const PartialWorkflowActionMutationInput = builder.inputType('PartialWorkflowActionMutationInput', {
  description:
    'An action within a workflow’s input: an id or a saved slug changes that one, neither makes one.',
  fields: (t) => ({
    id: t.string({ description: idNote }),
    slug: t.string({ description: 'Its slug.' }),
    name: t.string({ description: 'What people call it; at most 50 characters.' }),
    action_type: t.field({ type: AutomationActionType, description: 'What it does.' }),
    ...actionFields(t),
    metafields: t.field({ type: [MetafieldInput], description: ownMetafields }),
  }),
});

export const workflowFields = (t: Fields) => ({
  description: t.string({ description: 'What it is for; at most 150 characters.' }),
  metadata: t.field(ownData),
  template_slug: t.string(templateSlug),
  trigger: t.field({
    type: PartialWorkflowTriggerMutationInput,
    description:
      'What starts it: the trigger of the id, else its first one, is changed, and where it has none one is made.',
  }),
  actions: t.field({
    type: [PartialWorkflowActionMutationInput],
    description: 'Actions to make or change along with it; action_nodes places them.',
  }),
  is_active: t.boolean({ description: 'Whether it accepts runs; a new one does unless said otherwise.' }),
  run_timeout_ms: t.float({
    description: 'How long a run may take, from its beginning, 1000 to a year; null: as long as it takes.',
  }),
  on_failure: t.field({
    type: FailurePolicyEnum,
    description: 'What a failed action means for those of the same order; finish unless given.',
  }),
});

export const CreateWorkflowMutationInput = builder.inputType('CreateWorkflowMutationInput', {
  description: 'A new workflow.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What people call it; at most 50 characters.' }),
    action_nodes: t.field({
      type: [ActionNodeInput],
      required: true,
      description: 'Which actions run, and in which order.',
    }),
    ...workflowFields(t),
  }),
});

export const UpdateWorkflowMutationInput = builder.inputType('UpdateWorkflowMutationInput', {
  description: 'Changes to a workflow; what is left out stays.',
  fields: (t) => ({
    id: t.string({ required: true, description: idNote }),
    name: t.string({ description: 'What people call it; at most 50 characters.' }),
    action_nodes: t.field({ type: [ActionNodeInput], description: 'Which actions run, and in which order.' }),
    ...workflowFields(t),
  }),
});

export const CreateWorkflowActionMutationInput = builder.inputType('CreateWorkflowActionMutationInput', {
  description: 'A new action.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What people call it; its slug is made of it.' }),
    action_type: t.field({ type: AutomationActionType, required: true, description: 'What it does.' }),
    ...actionFields(t),
    metafields: t.field({ type: [CreateMetafieldInput], description: ownMetafields }),
  }),
});

export const UpdateWorkflowActionMutationInput = builder.inputType('UpdateWorkflowActionMutationInput', {
  description: 'Changes to an action; what is left out stays.',
  fields: (t) => ({
    id: t.string({ required: true, description: idNote }),
    name: t.string({ description: 'What people call it; its slug stays.' }),
    action_type: t.field({ type: AutomationActionType, description: 'What it does.' }),
    ...actionFields(t),
    metafields: t.field({ type: [MetafieldInput], description: ownMetafields }),
  }),
});

export const CreateWorkflowEventMutationInput = builder.inputType('CreateWorkflowEventMutationInput', {
  description: 'A run to be started.',
  fields: (t) => ({
    workflow_id: t.string({ required: true, description: 'The workflow to run.' }),
    event_type: t.field({
      type: AutomationEventType,
      required: true,
      description: 'What asks for it: manual, for a person.',
    }),
    parameters: t.field({
      type: 'JSON',
      description: 'What the run is given; templates say it as parameters.',
    }),
  }),
});

export const DeleteMutationInput = builder.inputType('DeleteMutationInput', {
  description: 'What to delete.',
  fields: (t) => ({ id: t.string({ required: true, description: idNote }) }),
});

export const ActivateWorkflowMutationInput = builder.inputType('ActivateWorkflowMutationInput', {
  description: 'The workflow to turn on or off.',
  fields: (t) => ({ id: t.string({ required: true, description: idNote }) }),
});
