import { randomUUID } from 'node:crypto';
import { newId, streams } from '@karrio/contracts';
import {
  laterActionFields,
  laterWorkflowFields,
  type ActionAttempt,
  type ActionEvent,
  type AuditRecorded,
  type ConnectionEvent,
  type MetafieldEvent,
  type Event,
  type OccurrenceEvent,
  type OrganizationEvent,
  type PauseEvent,
  type RuleEvent,
  type RunEvent,
  type TriggerEvent,
  type WorkflowEvent,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

const epoch = Date.UTC(2026, 0, 1);
/** So many milliseconds after the beginning of the tests' time. */
export const time = (ms: number): string => new Date(epoch + ms).toISOString();

export const orgId = 'org_1';

/** A log that gives revisions and positions as an event store does. */
export const aLog = () => {
  const revisions = new Map<string, number>();
  let position = 0n;
  return <E extends Event>(stream: string, event: E): Recorded => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    position += 100n;
    return {
      ...event,
      id: randomUUID(),
      stream,
      revision,
      position,
      recordedAt: time(Number(position)),
      metadata: { org: orgId, actor: 'key_1', $correlationId: 'req_1', $causationId: 'cmd_1', schema: 1 },
    };
  };
};

export const anAttempt = (override: Partial<ActionAttempt> = {}): ActionAttempt => ({
  slug: 'fetch_orders',
  actionId: 'wact_1',
  actionType: 'http_request',
  order: 1,
  attempt: 1,
  ...override,
});

export const requested = (
  parameters: Extract<RunEvent, { type: 'RunRequested' }>['data']['parameters'] = {},
) =>
  ({
    type: 'RunRequested',
    data: {
      workflowId: 'wkfl_1',
      planHash: 'hash',
      eventType: 'manual',
      testMode: false,
      parameters,
      at: time(0),
    },
  }) as const satisfies RunEvent;

const end = { workflowId: 'wkfl_1', eventType: 'manual', testMode: false } as const;
const mapping = anAttempt({ slug: 'map_orders', actionId: 'wact_2', actionType: 'data_mapping', order: 2 });
const condition = anAttempt({ slug: 'any_orders', actionId: 'wact_3', actionType: 'conditional', order: 3 });

/** The events of a run that fetches, maps and decides. */
export const aSuccessfulRun = (): readonly RunEvent[] => [
  requested({ debug: true }),
  { type: 'RunStarted', data: { at: time(1) } },
  {
    type: 'ActionStarted',
    data: {
      ...anAttempt(),
      request: {
        method: 'get',
        url: 'http://shop.test/orders?limit=2',
        headers: { accept: 'application/json' },
        body: null,
      },
      idempotencyKey: 'key',
      at: time(2),
    },
  },
  {
    type: 'ActionSucceeded',
    data: {
      ...anAttempt(),
      output: { json: [{ id: 1 }, { id: 2 }] },
      response: { status: 200, headers: { 'content-type': 'application/json' }, bytes: 19 },
      startedAt: time(2),
      at: time(7),
    },
  },
  {
    type: 'ActionSucceeded',
    data: { ...mapping, output: { json: { count: 2 } }, startedAt: time(7), at: time(8) },
  },
  {
    type: 'ActionSucceeded',
    data: { ...condition, output: { json: { result: true } }, passed: true, startedAt: time(8), at: time(8) },
  },
  { type: 'RunSucceeded', data: { ...end, at: time(9) } },
];

/** A run whose request was under way when its process died. */
export const aRunOfUnknownOutcome = (): readonly RunEvent[] => [
  ...aSuccessfulRun().slice(0, 3),
  { type: 'ActionOutcomeUnknown', data: { ...anAttempt(), resolution: 'fail', at: time(30) } },
  {
    type: 'RunFailed',
    data: { ...end, failure: { code: 'outcome-unknown', message: 'Check at the receiver.' }, at: time(31) },
  },
];

/** A run whose second attempt failed. */
export const aFailedRun = (): readonly RunEvent[] => [
  ...aSuccessfulRun().slice(0, 3),
  { type: 'ActionOutcomeUnknown', data: { ...anAttempt(), resolution: 'retry', at: time(30) } },
  {
    type: 'ActionFailed',
    data: {
      ...anAttempt({ attempt: 2 }),
      failure: { code: 'http-status', message: 'The host answered 500.' },
      output: { json: 'oops' },
      response: { status: 500, headers: {}, bytes: 6 },
      startedAt: time(31),
      at: time(40),
    },
  },
  {
    type: 'RunFailed',
    data: { ...end, failure: { code: 'http-status', message: '500', action: 'fetch_orders' }, at: time(41) },
  },
];

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

const key = { name: 'first', role: 'admin', testMode: false } as const;

export const anOrganizationHistory = (id: string): readonly OrganizationEvent[] => [
  { type: 'OrganizationCreated', data: { id, name: 'Acme', at: time(0) } },
  { type: 'ApiKeyIssued', data: { ...key, keyId: `${id}_key_1`, hash: `${id}_1`, at: time(1) } },
  { type: 'ApiKeyIssued', data: { ...key, keyId: `${id}_key_2`, hash: `${id}_2`, at: time(2) } },
  { type: 'ApiKeyRevoked', data: { keyId: `${id}_key_1`, at: time(3) } },
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

/** A run that people paused, resumed, settled and cancelled, while it was not known what a request had done. */
export const aHeldRun = (): readonly RunEvent[] => {
  const by = 'key_1';
  return [
    ...aSuccessfulRun().slice(0, 3),
    { type: 'RunPaused', data: { by, at: time(20) } },
    { type: 'RunResumed', data: { by, at: time(21) } },
    { type: 'ActionOutcomeUnknown', data: { ...anAttempt(), resolution: 'probe', at: time(22) } },
    {
      type: 'ActionProbed',
      data: { ...anAttempt(), verdict: 'unclear', output: { json: {} }, startedAt: time(22), at: time(23) },
    },
    {
      type: 'RunParked',
      data: { cause: 'outcome-unknown', message: 'Ask', action: 'fetch_orders', at: time(23) },
    },
    {
      type: 'ActionSettled',
      data: { ...anAttempt(), as: 'succeeded', output: { json: [] }, note: 'Asked', by, at: time(24) },
    },
    {
      type: 'RunHeld',
      data: { scope: 'workflow', since: time(24), until: time(25), by, reason: 'Rates', at: time(25) },
    },
    { type: 'RunTakenAgain', data: { deliveries: 3, at: time(25) } },
    { type: 'RunWaiting', data: { until: time(9_000), at: time(25) } },
    { type: 'RunCancelRequested', data: { by, reason: 'Wrong', at: time(26) } },
    { type: 'RunCancelled', data: { ...end, by, reason: 'Wrong', at: time(26) } },
    {
      type: 'ActionCompletedLate',
      data: { ...anAttempt(), succeeded: true, output: { json: 1 }, startedAt: time(2), at: time(27) },
    },
  ];
};

const aSlot = (n: number) => ({ name: `slot ${n}`, dueAt: time(n) });

export const aPauseHistory: readonly PauseEvent[] = [
  { type: 'RunsPaused', data: { scope: 'workflow', reason: 'Rates are wrong', at: time(1) } },
  { type: 'RunsResumed', data: { scope: 'workflow', at: time(2) } },
  { type: 'RunsPaused', data: { scope: 'workflow', reason: null, at: time(3) } },
];

/** A slot that ran, one that waited for it and was refused, and slots that were skipped. */
const aScheduleHistory: readonly OccurrenceEvent[] = [
  {
    type: 'OccurrenceFired',
    data: { workflowId: 'wkfl_1', slot: aSlot(1), runId: 'wevt_1', kind: 'on-time', at: time(1) },
  },
  { type: 'OccurrenceQueued', data: { workflowId: 'wkfl_1', slot: aSlot(2), at: time(2) } },
  {
    type: 'OccurrenceFired',
    data: { workflowId: 'wkfl_1', slot: aSlot(2), runId: 'wevt_2', kind: 'queued', at: time(3) },
  },
  {
    type: 'OccurrenceRefused',
    data: {
      workflowId: 'wkfl_1',
      slot: aSlot(2),
      runId: 'wevt_2',
      code: 'inactive',
      message: 'Off',
      at: time(4),
    },
  },
  {
    type: 'OccurrenceSkipped',
    data: { workflowId: 'wkfl_1', first: aSlot(5), last: aSlot(9), count: 5, why: 'paused', at: time(9) },
  },
  {
    type: 'OccurrenceCaughtUp',
    data: { workflowId: 'wkfl_1', slot: aSlot(10), runId: 'wevt_3', at: time(11) },
  },
];

const aRuleHistory = (id: string): readonly RuleEvent[] => {
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

/** A new stream of each kind, and a history for it. */
export const histories = {
  held: () => ({ stream: runStream(), events: aHeldRun() }),
  success: () => ({ stream: runStream(), events: aSuccessfulRun() }),
  failed: () => ({ stream: runStream(), events: aFailedRun() }),
  unknown: () => ({ stream: runStream(), events: aRunOfUnknownOutcome() }),
  workflow: () => ofDefinition('workflow', aWorkflowHistory),
  action: () => ofDefinition('action', anActionHistory),
  connection: () => ofDefinition('connection', aConnectionHistory),
  metafield: () => ofDefinition('metafield', aMetafieldHistory),
  pause: () => ({ stream: streams.pause(newId('workflow')), events: aPauseHistory }),
  rule: () => ofDefinition('rule', aRuleHistory),
  trigger: () => ofDefinition('trigger', aTriggerHistory),
  schedule: () => ({ stream: streams.schedule(newId('trigger')), events: aScheduleHistory }),
  organization: () => ofDefinition('organization', anOrganizationHistory),
  audit: () => ({ stream: streams.audit(orgId), events: anAuditLog() }),
} as const;

const anAuditLog = (): readonly AuditRecorded[] =>
  [0, 1].map((number) => ({
    type: 'AuditRecorded',
    data: {
      entry: {
        number,
        at: time(number),
        actor: 'key_1',
        origin: { ip: '203.0.113.7', requestId: 'req_1' },
        commandId: 'cmd_1',
        action: 'update_workflow',
        outcome: 'accepted',
        entity: { type: 'workflow', id: 'wkfl_1' },
        before: { name: 'Orders' },
        after: { name: 'Returns' },
        refusal: null,
        runs: null,
        source: { stream: 'workflow-wkfl_1', revision: number, position: '1', digest: 'd' },
      },
      previous: 'p',
      hash: `h${number}`,
    },
  }));

const ofDefinition = (
  kind: 'workflow' | 'action' | 'connection' | 'metafield' | 'trigger' | 'rule' | 'organization',
  history: (id: string) => readonly Event[],
) => {
  const id = newId(kind);
  return { stream: streams[kind](id), events: history(id) };
};

export const runStream = (): string => streams.run(newId('run'));
