import type { RunEvent } from '@karrio/domain';
import { expect, it } from 'vitest';
import { checkControlled } from './controlled.ts';
import { at, nothing, stream } from './evidence.fixture.ts';
import type { Act, Evidence } from './evidence.ts';

const id = 'wevt_1';
const by = { by: 'key_1', at: at(5) };
const end = { workflowId: 'wkfl_1', eventType: 'manual', testMode: false, at: at(9) } as const;
const action = { slug: 'a', actionId: 'wact_1', actionType: 'http_request', order: 1, attempt: 1 } as const;
const request = { method: 'GET', url: 'https://outside', headers: {}, body: null };

const cancelled: RunEvent = { type: 'RunCancelRequested', data: by };
const paused: RunEvent = { type: 'RunPaused', data: by };
const resumed: RunEvent = { type: 'RunResumed', data: by };
const parked: RunEvent = { type: 'RunParked', data: { cause: 'outcome-unknown', message: '', at: at(5) } };
const settled: RunEvent = { type: 'ActionSettled', data: { ...action, ...by, as: 'retry' } };
const started: RunEvent = {
  type: 'ActionStarted',
  data: { ...action, request, idempotencyKey: 'k', at: at(6) },
};
const succeeded: RunEvent = { type: 'RunSucceeded', data: end };
const wasCancelled: RunEvent = { type: 'RunCancelled', data: { ...end, by: 'key_1' } };

const world = (events: readonly RunEvent[], ...acts: readonly Act['kind'][]): Evidence => ({
  ...nothing,
  runs: new Map([[id, stream(...events)]]),
  acts: acts.map((kind) => ({ kind, runId: id })),
});
const found = (evidence: Evidence) => checkControlled(evidence).map(({ what }) => what);

it.each([
  ['a run that was cancelled', world([started, cancelled, wasCancelled], 'cancel')],
  ['a run that was paused and went on', world([paused, resumed, started, succeeded], 'pause', 'resume')],
  ['a parked run that went on when it was settled', world([parked, settled, started, succeeded])],
  ['the resumption of a run that was not paused', world([succeeded], 'resume')],
])('the audit finds nothing in %s', (_, evidence) => {
  expect(found(evidence)).toEqual([]);
});

it.each([
  [
    'an action begins after a cancellation',
    world([cancelled, started, wasCancelled]),
    'though it was cancelled',
  ],
  ['an action begins during a pause', world([paused, started, resumed, succeeded]), 'though it was paused'],
  ['an action begins while it is parked', world([parked, started, succeeded]), 'though it was parked'],
  ['a cancelled run succeeds', world([cancelled, succeeded]), 'ended as RunSucceeded'],
  ['a cancellation that was accepted is lost', world([succeeded], 'cancel'), 'the cancel that was accepted'],
  ['a pause that was accepted is lost', world([succeeded], 'pause'), 'the pause that was accepted'],
  ['a resumption is lost', world([paused, wasCancelled], 'resume'), 'the resume that was accepted'],
])('the audit sees that %s', (_, evidence, what) => {
  expect(found(evidence)).toContainEqual(expect.stringContaining(what));
});
