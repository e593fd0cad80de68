import type { PauseEvent, RunEvent } from '@karrio/domain';
import { expect, it } from 'vitest';
import { at, nothing, startMs, stream } from './evidence.fixture.ts';
import type { Evidence } from './evidence.ts';
import { checkHeld } from './held.ts';

const id = 'wevt_1';
const requested: RunEvent = {
  type: 'RunRequested',
  data: {
    workflowId: 'wkfl_1',
    planHash: 'h',
    eventType: 'manual',
    testMode: false,
    parameters: {},
    at: at(1e3),
  },
};
const started = (ms: number): RunEvent => ({
  type: 'ActionStarted',
  data: {
    slug: 'a',
    actionId: 'wact_1',
    actionType: 'http_request',
    order: 1,
    attempt: 1,
    request: {
      method: 'GET',
      url: 'https://outside',
      headers: {},
      body: null,
    },
    idempotencyKey: 'k',
    at: at(ms),
  },
});
const held = (since: number, until: number): RunEvent => ({
  type: 'RunHeld',
  data: { scope: 'workflow', since: at(since), until: at(until), by: 'key_1', at: at(until) },
});
const pause: readonly PauseEvent[] = [
  { type: 'RunsPaused', data: { scope: 'workflow', reason: null, at: at(2_000) } },
  { type: 'RunsResumed', data: { scope: 'workflow', at: at(5_000) } },
];

const world = (...events: readonly RunEvent[]): Evidence => ({
  ...nothing,
  runs: new Map([[id, stream(requested, ...events)]]),
  orgs: new Map([[id, 'org_1']]),
  pauses: new Map([['wkfl_1', stream(...pause)]]),
});
const deaf: Evidence = {
  ...world(started(4_000)),
  disturbances: [{ part: 'executor', kind: 'stopped', fromMs: startMs + 1_500, untilMs: startMs + 3_900 }],
};
const found = (evidence: Evidence) => checkHeld(evidence).map(({ what }) => what);

it.each([
  ['a run that waited and says so', world(held(2_000, 5_000), started(6_000))],
  ['an action that began as the pause did', world(started(2_100))],
  ['a run that ended during the pause', world()],
  ['an executor that had stood still when the pause began', deaf],
])('the audit finds nothing in %s', (_, evidence) => {
  expect(found(evidence)).toEqual([]);
});

it.each([
  ['an action begins during a pause', world(started(4_000)), 'began during the pause of its workflow'],
  [
    'an action begins during a pause of the organisation',
    { ...world(started(4_000)), pauses: new Map([['org_1', stream(...pause)]]) },
    'began during the pause',
  ],
  ['a run that was held does not say so', world(started(6_000)), 'without saying that it was held'],
  ['a run says too late that it was held', world(started(6_000), held(2_000, 5_000)), 'without saying'],
  ['a run says twice that it was held', world(held(2_000, 5_000), held(2_000, 5_000)), 'says twice'],
  ['a run was held by no pause', world(held(2_000, 5_500)), 'by no pause'],
])('the audit sees that %s', (_, evidence, what) => {
  expect(found(evidence)).toContainEqual(expect.stringContaining(what));
});
