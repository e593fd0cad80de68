import { runAnswerSchema } from '../run/run-answer.ts';
import type { JsonSchema } from './json-schema.ts';
import { errorResponse, idempotencyParameter, idParameter, json } from './operation-object.ts';

const run = json({ $ref: '#/components/schemas/Run' });
const anyBody = (description: string): JsonSchema => ({
  description,
  content: { 'application/json': { schema: {} } },
});

const waitParameters = [
  {
    name: 'wait',
    in: 'query',
    description: 'How long to wait for the end of the run, such as 10s.',
    schema: { type: 'string' },
  },
  {
    name: 'include',
    in: 'query',
    description: 'run: answer with parameters, output and times.',
    schema: { enum: ['run'] },
  },
];

const started = (summary: string, operationId: string, security: readonly JsonSchema[]): JsonSchema => ({
  post: {
    operationId,
    tags: ['webhooks'],
    summary,
    security,
    parameters: [idParameter, idempotencyParameter, ...waitParameters],
    requestBody: anyBody('What the run is given as its parameters.'),
    responses: {
      200: { description: 'The run has ended.', content: run },
      202: { description: 'The run is in the log.', content: run },
      default: errorResponse,
    },
  },
});

const auditParameters = [
  { name: 'format', in: 'query', schema: { enum: ['jsonl', 'csv'], default: 'jsonl' } },
  ...['actor', 'action', 'entity_type', 'entity_id'].map((name) => ({
    name,
    in: 'query',
    description: 'As the audit_log query has it.',
    schema: { type: 'string' },
  })),
  { name: 'outcome', in: 'query', schema: { enum: ['accepted', 'refused'] } },
  ...['created_after', 'created_before'].map((name) => ({
    name,
    in: 'query',
    schema: { type: 'string', format: 'date-time' },
  })),
];

const event: JsonSchema = {
  type: 'object',
  description: 'A CloudEvent 1.0.',
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string' },
    source: { type: 'string' },
    type: { type: 'string' },
    data: {},
  },
  required: ['specversion', 'id', 'source', 'type'],
};

const rateFacts: JsonSchema = {
  type: 'object',
  properties: {
    shipment: { type: 'object', description: 'shipper, recipient, parcels, items, options, value and more.' },
    rates: { type: 'array', items: { type: 'object' }, description: 'Each with an id of its own.' },
    currency: { type: 'string' },
    exchange_rates: { type: 'array', items: { type: 'object' } },
    time_zone: { type: 'string' },
  },
  required: ['shipment', 'rates'],
};

/** What is no operation of the schema. A webhook checks its own secret, so that no key is needed where it has one. */
export const ownPaths: Readonly<Record<string, JsonSchema>> = {
  '/v1/workflows/{id}/trigger': started('Starts a run of a workflow.', 'trigger_workflow', [{ key: [] }, {}]),
  '/v1/webhooks/{id}': started('Starts a run by one of its workflow’s triggers.', 'deliver_webhook', [
    { key: [] },
    {},
  ]),
  '/v1/workflow_events/{id}': {
    get: {
      operationId: 'get_run',
      tags: ['workflow-events'],
      summary: 'A run, briefly: what the answers of triggers link to.',
      parameters: [idParameter],
      responses: { 200: { description: 'The run.', content: run }, default: errorResponse },
    },
  },
  '/v1/workflow-events/{id}/stream': {
    get: {
      operationId: 'stream_workflow_event',
      tags: ['workflow-events'],
      summary: 'A run as it is and at each change, with its timeline, until it has ended.',
      parameters: [
        idParameter,
        {
          name: 'Last-Event-ID',
          in: 'header',
          description: 'The id of the last event that came: only what changed behind it is told.',
          schema: { type: 'string' },
        },
      ],
      responses: {
        200: {
          description: 'Server-sent events: workflow_event at each change, error or complete as the last.',
          content: { 'text/event-stream': { schema: { type: 'string' } } },
        },
        default: errorResponse,
      },
    },
  },
  '/v1/audit-log': {
    get: {
      operationId: 'export_audit_log',
      tags: ['audit'],
      summary: 'The audit log as a file, in the order of its chain.',
      parameters: auditParameters,
      responses: {
        200: {
          description: 'A line for each entry.',
          content: {
            'application/jsonl': { schema: { type: 'string' } },
            'text/csv': { schema: { type: 'string' } },
          },
        },
        default: errorResponse,
      },
    },
  },
  '/v1/rates/select': {
    post: {
      operationId: 'select_rate_of_shipment',
      tags: ['rates'],
      summary: 'Has the shipping rules choose a rate, and records the decision.',
      parameters: [idempotencyParameter],
      requestBody: {
        required: true,
        description: 'A shipment and its rates, as the carriers’ API has them.',
        content: { 'application/json': { schema: rateFacts } },
      },
      responses: {
        200: {
          description: 'The decision, recorded. selected_rate is null where there is none; message says why.',
          content: json({ type: 'object' }),
        },
        default: errorResponse,
      },
    },
  },
  '/v1/events': {
    post: {
      operationId: 'receive_event',
      tags: ['events'],
      summary: 'Takes one CloudEvent or a batch, and starts what their types start.',
      requestBody: {
        required: true,
        content: {
          'application/cloudevents+json': { schema: event },
          'application/cloudevents-batch+json': { schema: { type: 'array', items: event } },
          'application/json': { schema: {} },
        },
      },
      responses: {
        202: {
          description: 'The runs of all events are in the log.',
          content: json({
            type: 'object',
            properties: { events: { type: 'array', items: { type: 'object' } } },
          }),
        },
        default: errorResponse,
      },
    },
  },
  '/v1/health': {
    get: {
      operationId: 'get_health',
      tags: ['health'],
      summary: 'Says that the gateway answers.',
      security: [],
      responses: {
        200: {
          description: 'It does.',
          content: json({ type: 'object', properties: { status: { const: 'ok' } }, required: ['status'] }),
        },
      },
    },
  },
};

export const ownSchemas: Readonly<Record<string, JsonSchema>> = {
  Run: { ...runAnswerSchema, description: 'A run. Only include=run shows more than its state.' },
};
