import { newId, streams } from '@karrio/contracts';
import type { ActionAttempt, RunEvent } from '@karrio/domain';
import { time } from './log.ts';

export const runStream = (): string => streams.run(newId('run'));

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
