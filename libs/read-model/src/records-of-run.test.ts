import { describe, expect, it } from 'vitest';
import { recordsOfRun } from './records-of-run.ts';
import type { RunActionRow, RunNoteRow, RunRow } from './schema.ts';

const run: RunRow = {
  id: 'wevt_1',
  org_id: 'org_1',
  workflow_id: 'wkfl_1',
  plan_hash: 'hash',
  status: 'success',
  state: null,
  is_paused: false,
  parked: null,
  waiting_until: null,
  cancel: null,
  origin: null,
  trigger_id: null,
  slot: null,
  event_type: 'manual',
  test_mode: true,
  parameters: { region: 'eu' },
  failure: null,
  actor: 'key_1',
  request_id: 'req_1',
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: '2026-01-01T00:00:00.001Z',
  ended_at: '2026-01-01T00:00:01.000Z',
  updated_at: '2026-01-01T00:00:01.000Z',
  revision: 6,
  position: '700',
};

const anAction = (override: Partial<RunActionRow>): RunActionRow => ({
  run_id: run.id,
  slug: 'fetch_orders',
  attempt: 1,
  org_id: 'org_1',
  action_id: 'wact_1',
  action_type: 'http_request',
  step_order: 1,
  status: 'success',
  request: null,
  response: null,
  output: null,
  passed: null,
  failure: null,
  started_at: '2026-01-01T00:00:00.100Z',
  ended_at: '2026-01-01T00:00:00.350Z',
  revision: 3,
  ...override,
});

const fetched = anAction({
  request: {
    method: 'post',
    url: 'http://shop.test/orders?limit=10',
    headers: { accept: 'application/json' },
    body: { json: { open: true } },
  },
  response: { status: 200, headers: { 'content-type': 'application/json' }, bytes: 8 },
  output: { json: [1, 2] },
});
const mapped = anAction({
  slug: 'map_orders',
  action_id: 'wact_2',
  action_type: 'data_mapping',
  step_order: 2,
  output: { json: { count: 2 } },
  started_at: '2026-01-01T00:00:00.350Z',
  ended_at: '2026-01-01T00:00:00.351Z',
});
const of = (...actions: readonly RunActionRow[]) => recordsOfRun(run, actions);
const keyed = (key: string, ...actions: readonly RunActionRow[]) =>
  of(...actions).find((record) => record.key === key);

describe('the timeline of a run', () => {
  it('tells an HTTP action as input, request, response and output, in that order', () => {
    expect(of(fetched).map(({ key }) => key)).toEqual([
      'action-input',
      'request',
      'response',
      'action-output',
    ]);
  });

  it('is ordered by time whatever the order of the rows', () => {
    const slugs = of(mapped, fetched).map(({ meta }) => meta.workflow_action_slug);
    expect(slugs.slice(0, 3)).toEqual(['fetch_orders', 'fetch_orders', 'map_orders']);
    const times = of(mapped, fetched).map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('dates each record by its event, in Unix seconds', () => {
    expect(keyed('response', fetched)).toMatchObject({
      timestamp: Date.UTC(2026, 0, 1) / 1_000 + 0.35,
      created_at: '2026-01-01T00:00:00.350Z',
    });
  });

  it('shows what an HTTP action was given: its parameters and its body', () => {
    expect(keyed('action-input', fetched)?.record).toMatchObject({
      parameters: { limit: '10' },
      data: { open: true },
    });
  });

  it('shows what a mapping was given: the parameters and the outputs of the orders before it', () => {
    const beside = anAction({ slug: 'beside', step_order: 2, output: { json: 'not seen' } });
    const failed = anAction({ slug: 'failed', status: 'failed', output: { json: 'not seen' } });
    const given = of(fetched, failed, mapped, beside).find(
      ({ key, meta }) => key === 'action-input' && meta.workflow_action_slug === 'map_orders',
    );
    expect(given?.record.data).toEqual({
      parameters: { region: 'eu' },
      steps: {
        fetch_orders: {
          response: [1, 2],
          status: 200,
          headers: { 'content-type': 'application/json' },
        },
      },
    });
  });

  it('shows request and response under the names that clients join by', () => {
    expect(keyed('request', fetched)?.record).toEqual({
      request_id: 'req_1',
      action_name: 'fetch_orders',
      format: 'json',
      url: 'http://shop.test/orders?limit=10',
      method: 'post',
      request_headers: { accept: 'application/json' },
      data: { open: true },
    });
    expect(keyed('response', fetched)?.record).toMatchObject({ status_code: 200, response: [1, 2] });
    expect(keyed('action-output', fetched)).toMatchObject({
      record: { status: 'success', output: [1, 2] },
      meta: {
        workflow_id: 'wkfl_1',
        workflow_event_id: 'wevt_1',
        workflow_action_id: 'wact_1',
        workflow_action_slug: 'fetch_orders',
        request_id: 'req_1',
        object_id: 'wevt_1',
        attempt: 1,
        duration_ms: 250,
      },
    });
  });

  it('tells why an action failed', () => {
    const failure = { code: 'unreachable', message: 'The host refused the connection.' };
    const failed = anAction({ status: 'failed', request: fetched.request, failure });
    expect(keyed('error', failed)?.record).toMatchObject({ error: failure });
    expect(keyed('action-output', failed)?.record).toMatchObject({ status: 'failed' });
    expect(keyed('response', failed)).toBeUndefined();
  });

  it('tells every attempt, and when the next one is due', () => {
    const failure = {
      code: 'http-status',
      message: 'The shop answered 503.',
      retryAt: '2026-01-01T00:00:02.000Z',
    };
    const first = anAction({ status: 'failed', request: fetched.request, failure });
    const second = { ...fetched, attempt: 2, started_at: failure.retryAt, ended_at: failure.retryAt };
    const told = of(second, first);
    expect(told.map(({ key, meta }) => `${key} ${meta.attempt}`)).toEqual([
      'action-input 1',
      'request 1',
      'error 1',
      'action-output 1',
      'action-input 2',
      'request 2',
      'response 2',
      'action-output 2',
    ]);
    expect(keyed('error', first)?.record.error).toEqual({
      code: 'http-status',
      message: 'The shop answered 503.',
      retry_at: failure.retryAt,
    });
  });

  it('tells why an outcome is unknown, where that is known', () => {
    const failure = { code: 'timeout', message: 'There was no complete answer.' };
    const unanswered = anAction({ status: 'outcome_unknown', request: fetched.request, failure });
    expect(keyed('error', unanswered)?.record.error).toEqual(failure);
  });

  it('says so when nobody knows whether a request took effect', () => {
    const unknown = anAction({ status: 'outcome_unknown', request: fetched.request });
    expect(keyed('error', unknown)?.record.error).toMatchObject({ code: 'outcome-unknown' });
  });

  it('ends with the request while the answer is awaited', () => {
    const running = anAction({ status: 'running', request: fetched.request, ended_at: null });
    expect(of(running).map(({ key, meta }) => [key, meta.duration_ms])).toEqual([
      ['action-input', null],
      ['request', null],
    ]);
  });

  it('shows the reference to a value that is kept apart for its size', () => {
    const large = anAction({ output: { blob: 'abc', bytes: 70_000 } });
    expect(keyed('action-output', large)?.record.output).toEqual({ blob: 'abc', bytes: 70_000 });
  });

  it('gives each record an id of its own that stays the same', () => {
    const again = anAction({ attempt: 2, action_type: 'data_mapping', output: { json: 1 } });
    const ids = of(fetched, again, mapped).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(of(fetched, again, mapped).map(({ id }) => id)).toEqual(ids);
    expect(ids[0]).toMatch(/^trace_1[0-9a-f]{16}$/);
  });
});

describe('what people did to a run', () => {
  const at = '2026-01-01T00:00:00.500Z';
  const note = (override: Partial<RunNoteRow>): RunNoteRow => ({
    run_id: run.id,
    revision: 9,
    org_id: 'org_1',
    type: 'RunPaused',
    slug: null,
    attempt: null,
    noted_at: at,
    detail: { by: 'key_1' },
    ...override,
  });

  it('is in the timeline, about the run as a whole or one of its actions', () => {
    const settled = note({ revision: 10, type: 'ActionSettled', slug: 'fetch_orders', attempt: 1 });
    const records = recordsOfRun(run, [], [note({}), settled]);
    expect(records.map(({ key, meta }) => [key, meta.workflow_action_slug, meta.attempt])).toEqual([
      ['paused', null, null],
      ['settled', 'fetch_orders', 1],
    ]);
    expect(new Set(records.map(({ id }) => id)).size).toBe(2);
  });

  it('gives the actions after it the output that a settlement says', () => {
    const unknown = anAction({ status: 'outcome_unknown' });
    const detail = { as: 'succeeded', by: 'key_1', output: { paid: true } };
    const settled = note({ type: 'ActionSettled', slug: 'fetch_orders', attempt: 1, detail });
    const records = recordsOfRun(run, [unknown, mapped], [settled]);
    const input = records.find(
      ({ key, meta }) => key === 'action-input' && meta.workflow_action_slug === 'map_orders',
    );
    expect(input?.record.data).toMatchObject({ steps: { fetch_orders: { response: { paid: true } } } });
    expect(records.some(({ key }) => key === 'error')).toBe(true);
  });
});
