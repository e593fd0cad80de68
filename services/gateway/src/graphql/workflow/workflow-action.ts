import {
  AutomationActionType,
  AutomationHTTPContentType,
  AutomationHTTPMethod,
  AutomationParametersType,
  AutomationTemplateEngine,
  DefinitionOrderEnum,
  UnknownResolutionEnum,
} from '../enum.ts';
import {
  builder,
  MetafieldType,
  WorkflowActionType,
  WorkflowConnectionType,
  type BuilderTypes,
} from '../builder.ts';
import type { Probe, RetryPolicy } from '@karrio/domain';
import type { WorkflowActionRow } from '@karrio/read-model';
import { definitionFields } from './definition-fields.ts';
import { metafieldNodes } from './metafield.ts';
import { pageFields } from '../page.ts';

export const addWorkflowAction = (): void => {
  builder.objectType(WorkflowActionType, {
    description: 'One thing that a workflow does; several workflows may name it.',
    fields: (t) => ({
      ...definitionFields(t, 'workflow_action'),
      name: t.exposeString('name', { description: 'What people call it.' }),
      action_type: t.expose('action_type', { type: AutomationActionType, description: 'What it does.' }),
      description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
      ...httpFields(t),
      ...httpPolicyFields(t),
      template_engine: t.expose('template_engine', {
        type: AutomationTemplateEngine,
        description: 'What its templates are written in.',
      }),
      metadata: t.expose('metadata', { type: 'JSON', nullable: true, description: 'Your own data.' }),
      connection: t.field({
        type: WorkflowConnectionType,
        nullable: true,
        description: 'How it reaches another system and authenticates there.',
        resolve: ({ org_id, connection_id }, _, { call }) =>
          connection_id === null ? null : call.loaders(org_id).connection.load(connection_id),
      }),
      metafields: t.field({
        type: [MetafieldType],
        description: 'Typed values of its own; templates say them as metafields.',
        resolve: ({ id, metafields }) => metafieldNodes(metafields, 'workflow_action', id),
      }),
    }),
  });
};

type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, WorkflowActionRow>;

const httpFields = (t: Fields) => ({
  host: t.exposeString('host', {
    nullable: true,
    description: 'Of an HTTP request: scheme and host, such as https://api.example.com.',
  }),
  port: t.exposeInt('port', {
    nullable: true,
    description: 'Of an HTTP request: the port, unless the host has one.',
  }),
  endpoint: t.exposeString('endpoint', {
    nullable: true,
    description: 'Of an HTTP request: the path, such as /orders.',
  }),
  method: t.expose('method', {
    type: AutomationHTTPMethod,
    nullable: true,
    description: 'Of an HTTP request: its method.',
  }),
  parameters_type: t.expose('parameters_type', {
    type: AutomationParametersType,
    nullable: true,
    description: 'Of an HTTP request: where the rendered parameters go.',
  }),
  parameters_template: t.exposeString('parameters_template', {
    nullable: true,
    description: 'What it sends, maps or decides, as a template over parameters and steps.',
  }),
  header_template: t.exposeString('header_template', {
    nullable: true,
    description: 'Of an HTTP request: its headers, as a template that renders a JSON object.',
  }),
  content_type: t.expose('content_type', {
    type: AutomationHTTPContentType,
    nullable: true,
    description: 'How the rendered parameters are read and sent.',
  }),
});

const RetryPolicyType = builder.objectRef<RetryPolicy>('RetryPolicyType').implement({
  description:
    'When a failed request is tried again. Delays double from the first up to the longest, with jitter.',
  fields: (t) => ({
    max_retries: t.exposeInt('retriesMax', { description: 'How many times.' }),
    base_delay_ms: t.exposeInt('baseDelayMs', { description: 'The first delay.' }),
    max_delay_ms: t.exposeInt('delayMsMax', { description: 'The longest delay.' }),
    statuses: t.stringList({
      description: 'The answers that are worth it, as 503 or 5xx.',
      resolve: ({ statuses }) => statuses,
    }),
  }),
});

const ProbeType = builder.objectRef<Probe>('ProbeType').implement({
  description: 'A GET request that says whether another one took effect.',
  fields: (t) => ({
    endpoint: t.exposeString('endpoint', { description: 'Its path, at the same host.' }),
    template: t.exposeString('template', { description: 'Renders true where it did.' }),
  }),
});

const httpPolicyFields = (t: Fields) => ({
  connect_timeout_ms: t.int({
    nullable: true,
    description: 'Of an HTTP request: how long a connection may take to stand; null for the default.',
    resolve: ({ http }) => http.connectTimeoutMs,
  }),
  timeout_ms: t.int({
    nullable: true,
    description: 'Of an HTTP request: how long it may take in all; null for the default.',
    resolve: ({ http }) => http.timeoutMs,
  }),
  accepted_statuses: t.stringList({
    nullable: true,
    description: 'Of an HTTP request: the answers that count as success; null for 2xx.',
    resolve: ({ http }) => http.acceptedStatuses,
  }),
  retry_policy: t.field({
    type: RetryPolicyType,
    nullable: true,
    description: 'Of an HTTP request: when it is tried again; null for the default.',
    resolve: ({ http }) => http.retry,
  }),
  on_unknown: t.field({
    type: UnknownResolutionEnum,
    nullable: true,
    description: 'What to do about a request that nobody has an answer to; null for what its method allows.',
    // Rows from before have neither this nor a probe.
    resolve: ({ http }) => http.onUnknown ?? null,
  }),
  probe: t.field({
    type: ProbeType,
    nullable: true,
    description: 'How the receiver is asked whether a request took effect.',
    resolve: ({ http }) => http.probe ?? null,
  }),
});

export const WorkflowActionFilter = builder.inputType('WorkflowActionFilter', {
  description: 'Which actions, and which page of them.',
  fields: (t) => ({
    ...pageFields(t),
    order_by: t.field({ type: DefinitionOrderEnum, description: 'In which order; newest unless given.' }),
    keyword: t.string({ description: 'A part of the name, the slug or the description, or the id.' }),
    action_type: t.field({ type: AutomationActionType, description: 'Those that do this.' }),
  }),
});
