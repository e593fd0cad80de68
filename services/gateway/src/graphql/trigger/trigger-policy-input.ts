import { builder } from '../builder.ts';
import { AutomationHTTPContentType, AutomationTemplateEngine } from '../enum.ts';
import { ParameterSourceEnum, SignatureSchemeEnum } from './trigger-policy-enum.ts';

const engineNote = 'What its templates are written in; handlebars unless given.';

const SignatureInput = builder.inputType('SignatureInput', {
  description:
    'Has deliveries prove their sender by a signature: an HMAC with SHA-256 over the body as it is sent, with the trigger’s secret as its key.',
  fields: (t) => ({
    scheme: t.field({ type: SignatureSchemeEnum, required: true, description: 'How it is written.' }),
    header: t.string({ description: 'The header with the signature, where it is not the scheme’s own.' }),
    timestamp_header: t.string({
      description:
        'Of hmac: the header with the time of signing, in seconds since 1970. Time, a dot and the body are signed then.',
    }),
    tolerance_ms: t.int({
      description: 'How far a signed time may be off, 1000 to 86400000; 300000 unless given.',
    }),
  }),
});

const DeliveryKeyInput = builder.inputType('DeliveryKeyInput', {
  description:
    'Where a delivery says which it is: one of the three. A delivery that comes again is the same run.',
  fields: (t) => ({
    header: t.string({ description: 'The name of a header, such as X-Delivery-Id.' }),
    path: t.string({ description: 'A path into the body, such as order.id or lines[0].sku.' }),
    body: t.boolean({
      description: 'True: by the whole body, for senders that sign it without a time or a name.',
    }),
  }),
});

const RateLimitInput = builder.inputType('RateLimitInput', {
  description: 'How many deliveries a trigger takes in how long, over all gateways together.',
  fields: (t) => ({
    deliveries: t.int({ required: true, description: 'So many, 1 to 1000000.' }),
    per_ms: t.int({ required: true, description: 'In so long, 1000 to 86400000.' }),
  }),
});

const WebhookResponseInput = builder.inputType('WebhookResponseInput', {
  description: 'The answer to a delivery once its run has ended, as templates over its parameters and steps.',
  fields: (t) => ({
    status_template: t.string({ description: 'Renders the status; 200 unless given.' }),
    header_template: t.string({ description: 'Renders a JSON object of headers.' }),
    body_template: t.string({ description: 'Renders the body; none unless given.' }),
    content_type: t.field({
      type: AutomationHTTPContentType,
      description: 'Of the body; json unless given.',
    }),
    template_engine: t.field({ type: AutomationTemplateEngine, description: engineNote }),
    wait_ms: t.int({
      description:
        'How long a delivery waits that does not say it with ?wait=, 1 to 60000; 10000 unless given.',
    }),
  }),
});

export const WebhookPolicyInput = builder.inputType('WebhookPolicyInput', {
  description: 'How a webhook checks and answers deliveries. What is left out stays; null takes it away.',
  fields: (t) => ({
    signature: t.field({
      type: SignatureInput,
      description: 'Instead of the secret in a header: leave secret_key out then.',
    }),
    delivery_key: t.field({
      type: DeliveryKeyInput,
      description: 'Unless given: what the signature’s scheme has for it.',
    }),
    rate_limit: t.field({ type: RateLimitInput, description: 'No limit unless given.' }),
    response: t.field({ type: WebhookResponseInput, description: 'The run itself unless given.' }),
    parameters_from: t.field({
      type: ParameterSourceEnum,
      description: 'What a run is given; body unless said otherwise.',
    }),
  }),
});

export const EventPolicyInput = builder.inputType('EventPolicyInput', {
  description: 'Which events start the workflow. What is left out stays.',
  fields: (t) => ({
    types: t.stringList({
      description:
        'Patterns of event types: order.created, order.* for one word, shipment.> for all that follow.',
    }),
    filter: t.string({
      description:
        'A template that renders true or false, with the event as parameters, such as {{gt parameters.data.total 100}}; null: every event.',
    }),
    template_engine: t.field({ type: AutomationTemplateEngine, description: engineNote }),
  }),
});
