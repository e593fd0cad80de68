import {
  laterActionFields,
  laterWorkflowFields,
  type ActionEvent,
  type ConnectionEvent,
  type MetafieldEvent,
  type RuleEvent,
  type TriggerEvent,
  type WorkflowEvent,
} from '@karrio/domain';
import { time } from './log.ts';

const definition = {
  name: 'Orders',
  description: null,
  actionNodes: [{ order: 1, slug: 'fetch_orders' }],
  ...laterWorkflowFields,
  metadata: { team: 'a' },
  templateSlug: null,
};

export const aWorkflowHistory = (id: string): readonly WorkflowEvent[] => [
  { type: 'WorkflowCreated', data: { id, slug: 'orders', isActive: true, definition, at: time(0) } },
  { type: 'WorkflowDeactivated', data: { at: time(1) } },
  {
    type: 'WorkflowRevised',
    data: { definition: { ...definition, name: 'All orders', description: 'of today' }, at: time(2) },
  },
  { type: 'WorkflowRevised', data: { definition, at: time(3) } },
  { type: 'WorkflowActivated', data: { at: time(4) } },
  { type: 'WorkflowDeleted', data: { at: time(5) } },
];

const actionDefinition = {
  name: 'Fetch orders',
  actionType: 'http_request',
  description: null,
  host: 'http://shop.test',
  port: null,
  endpoint: '/orders',
  method: 'get',
  parametersType: 'querystring',
  parametersTemplate: '{"limit": 2}',
  headerTemplate: null,
  contentType: 'json',
  ...laterActionFields,
  connectionId: null,
  metafields: [],
  metadata: {},
  templateSlug: null,
} as const;

export const anActionHistory = (id: string): readonly ActionEvent[] => [
  { type: 'ActionCreated', data: { id, slug: 'fetch_orders', definition: actionDefinition, at: time(0) } },
  { type: 'ActionRevised', data: { definition: { ...actionDefinition, port: 8080 }, at: time(1) } },
  { type: 'ActionDeleted', data: { at: time(2) } },
];

const triggerDefinition = {
  triggerType: 'webhook',
  schedule: null,
  secretKey: 'X-Secret',
  sealedSecret: 'sealed',
  templateSlug: null,
} as const;

export const aTriggerHistory = (id: string): readonly TriggerEvent[] => [
  {
    type: 'TriggerCreated',
    data: { id, slug: 'webhook', workflowId: 'wkfl_1', definition: triggerDefinition, at: time(0) },
  },
  { type: 'TriggerRevised', data: { definition: { ...triggerDefinition, sealedSecret: null }, at: time(1) } },
  { type: 'TriggerDeleted', data: { at: time(2) } },
];

const secret = { sealed: 'sealed', fingerprint: 'f', changedAt: time(0) };
const region = {
  id: 'metaf_1',
  key: 'region',
  type: 'text',
  isRequired: false,
  value: 'eu',
  secret: null,
} as const;

const connectionDefinition = {
  name: 'Shop',
  description: null,
  authType: 'api_key',
  host: 'http://shop.test',
  port: 80,
  endpoint: null,
  templateEngine: 'handlebars',
  authTemplate: '{}',
  parametersTemplate: null,
  metafields: [region, { ...region, id: 'metaf_2', key: 'api_key', type: 'password', value: null, secret }],
  credentials: { old: secret },
  metadata: { a: 1 },
  templateSlug: null,
} as const;

export const aConnectionHistory = (id: string): readonly ConnectionEvent[] => [
  { type: 'ConnectionCreated', data: { id, slug: 'shop', definition: connectionDefinition, at: time(0) } },
  { type: 'ConnectionRevised', data: { definition: { ...connectionDefinition, port: null }, at: time(1) } },
  { type: 'ConnectionDeleted', data: { at: time(2) } },
];

export const aMetafieldHistory = (id: string): readonly MetafieldEvent[] => [
  { type: 'MetafieldCreated', data: { metafield: { ...region, id }, at: time(0) } },
  { type: 'MetafieldRevised', data: { metafield: { ...region, id, value: null, secret }, at: time(1) } },
  { type: 'MetafieldDeleted', data: { at: time(2) } },
];

export const aRuleHistory = (id: string): readonly RuleEvent[] => {
  const definition = {
    name: 'Cheapest',
    description: null,
    priority: 1,
    conditions: null,
    actions: { select_service: { strategy: 'cheapest' } },
    conditionsExtensions: null,
    actionsExtensions: null,
    condition: null,
    furtherActions: [],
    metadata: {},
    templateSlug: null,
  } as const;
  return [
    { type: 'RuleCreated', data: { id, slug: 'cheapest', isActive: true, definition, at: time(1) } },
    { type: 'RuleRevised', data: { definition: { ...definition, name: 'Cheap' }, at: time(2) } },
    { type: 'RuleReordered', data: { priority: 7, at: time(3) } },
    { type: 'RuleDeactivated', data: { at: time(4) } },
    { type: 'RuleDeleted', data: { at: time(5) } },
  ];
};
