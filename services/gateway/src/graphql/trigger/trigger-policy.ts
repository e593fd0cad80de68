import {
  defaultWebhookPolicy,
  type EventPolicy,
  type FormerSecret,
  type RateLimit,
  type ResponsePolicy,
  type SignaturePolicy,
  type WebhookPolicy,
} from '@karrio/domain';
import type { WorkflowTriggerRow } from '@karrio/read-model';
import { builder, type BuilderTypes } from '../builder.ts';
import { AutomationHTTPContentType, AutomationTemplateEngine } from '../enum.ts';
import { ParameterSourceEnum, SignatureSchemeEnum } from './trigger-policy-enum.ts';

type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, WorkflowTriggerRow>;

const SignatureType = builder.objectRef<SignaturePolicy>('SignatureType').implement({
  description: 'How deliveries are signed.',
  fields: (t) => ({
    scheme: t.expose('scheme', { type: SignatureSchemeEnum, description: 'How the signature is written.' }),
    header: t.exposeString('header', { nullable: true, description: 'Its header; null: the scheme’s own.' }),
    timestamp_header: t.exposeString('timestampHeader', {
      nullable: true,
      description: 'Of hmac: the header with the time of signing.',
    }),
    tolerance_ms: t.exposeInt('toleranceMs', { description: 'How far a signed time may be off.' }),
  }),
});

const DeliveryKeyType = builder
  .objectRef<NonNullable<WebhookPolicy['deliveryKey']>>('DeliveryKeyType')
  .implement({
    description: 'Where a delivery says which it is.',
    fields: (t) => ({
      header: t.string({
        nullable: true,
        description: 'The name of a header.',
        resolve: (key) => ('header' in key ? key.header : null),
      }),
      path: t.string({
        nullable: true,
        description: 'A path into the body.',
        resolve: (key) => ('path' in key ? key.path : null),
      }),
      body: t.boolean({
        description: 'The whole body is its name: the same bytes are the same delivery.',
        resolve: (key) => 'body' in key,
      }),
    }),
  });

const RateLimitType = builder.objectRef<RateLimit>('RateLimitType').implement({
  description: 'How many deliveries a trigger takes in how long.',
  fields: (t) => ({
    deliveries: t.exposeInt('deliveries', { description: 'So many.' }),
    per_ms: t.exposeInt('perMs', { description: 'In so long.' }),
  }),
});

const WebhookResponseType = builder.objectRef<ResponsePolicy>('WebhookResponseType').implement({
  description: 'The answer to a delivery once its run has ended.',
  fields: (t) => ({
    status_template: t.exposeString('statusTemplate', { description: 'Renders the status.' }),
    header_template: t.exposeString('headerTemplate', {
      nullable: true,
      description: 'Renders the headers.',
    }),
    body_template: t.exposeString('bodyTemplate', { nullable: true, description: 'Renders the body.' }),
    content_type: t.expose('contentType', { type: AutomationHTTPContentType, description: 'Of the body.' }),
    template_engine: t.expose('templateEngine', {
      type: AutomationTemplateEngine,
      description: 'What its templates are written in.',
    }),
    wait_ms: t.exposeInt('waitMs', { description: 'How long a delivery waits that does not say it.' }),
  }),
});

const WebhookPolicyType = builder.objectRef<WebhookPolicy>('WebhookPolicyType').implement({
  description: 'How a webhook checks and answers deliveries.',
  fields: (t) => ({
    signature: t.expose('signature', {
      type: SignatureType,
      nullable: true,
      description: 'How deliveries are signed; null: they show the secret.',
    }),
    delivery_key: t.expose('deliveryKey', {
      type: DeliveryKeyType,
      nullable: true,
      description: 'Where a delivery says which it is; null: where the signature’s scheme has it.',
    }),
    rate_limit: t.expose('rateLimit', {
      type: RateLimitType,
      nullable: true,
      description: 'Null: no limit.',
    }),
    response: t.expose('response', {
      type: WebhookResponseType,
      nullable: true,
      description: 'The answer once a run has ended; null: the run itself.',
    }),
    parameters_from: t.expose('parametersFrom', {
      type: ParameterSourceEnum,
      description: 'What a run is given.',
    }),
  }),
});

const EventPolicyType = builder.objectRef<EventPolicy>('EventPolicyType').implement({
  description: 'Which events start a workflow.',
  fields: (t) => ({
    types: t.expose('types', {
      type: ['String'],
      description: 'Patterns of their types: one of them matches.',
    }),
    filter: t.exposeString('filter', {
      nullable: true,
      description: 'A template that renders true or false; null: every event.',
    }),
    template_engine: t.expose('templateEngine', {
      type: AutomationTemplateEngine,
      description: 'What the filter is written in.',
    }),
  }),
});

const FormerSecretType = builder.objectRef<FormerSecret>('FormerSecretType').implement({
  description: 'A secret that another one takes the place of.',
  fields: (t) => ({
    fingerprint: t.exposeString('fingerprint', { nullable: true, description: 'Tells it from others.' }),
    valid_until: t.expose('until', {
      type: 'DateTime',
      description: 'It is not good any more from then on.',
    }),
  }),
});

/** Of a trigger, what only webhooks and event triggers have. */
export const policyFields = (t: Fields) => ({
  secret_fingerprint: t.string({
    nullable: true,
    description: 'Tells the secret from others, and says nothing of it; null without one.',
    resolve: ({ shown_secret }) => shown_secret?.fingerprint ?? null,
  }),
  secret_changed_at: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When the secret was last changed.',
    resolve: ({ shown_secret }) => shown_secret?.changedAt ?? null,
  }),
  former_secret: t.expose('former_secret', {
    type: FormerSecretType,
    nullable: true,
    description: 'The secret that rotate_trigger_secret took the place of; also once its time is over.',
  }),
  webhook: t.field({
    type: WebhookPolicyType,
    nullable: true,
    description: 'Of a webhook: how it checks and answers deliveries.',
    resolve: ({ trigger_type, webhook }) =>
      trigger_type === 'webhook' ? { ...defaultWebhookPolicy, ...webhook } : null,
  }),
  event: t.expose('event', {
    type: EventPolicyType,
    nullable: true,
    description: 'Of an event trigger: which events start the workflow.',
  }),
});
