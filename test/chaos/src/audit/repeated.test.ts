import type { Json, RunEvent } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { at, nothing, startMs, stream } from './evidence.fixture.ts';
import type { Evidence, OutsideRequest } from './evidence.ts';
import { checkProbed } from './probed.ts';
import { checkRepeated } from './repeated.ts';
import { checkSecret } from './secret.ts';

const action = {
  slug: 'label',
  actionId: 'wact_1',
  actionType: 'http_request',
  order: 1,
  attempt: 1,
} as const;
const end = { workflowId: 'wkfl_1', eventType: 'manual', testMode: false } as const;
const requested = (ms: number, runId?: string): RunEvent => ({
  type: 'RunRequested',
  data: {
    ...end,
    planHash: 'h',
    parameters: {},
    at: at(ms),
    ...(runId !== undefined && {
      origin: {
        kind: 'fork',
        runId,
        from: 'after',
      },
    }),
  },
});
const started = (ms: number): RunEvent => ({
  type: 'ActionStarted',
  data: {
    ...action,
    request: { method: 'POST', url: 'https://outside/labels', headers: {}, body: null },
    idempotencyKey: 'k',
    at: at(ms),
  },
});
const succeeded = (json: Json, ms: number): RunEvent => ({
  type: 'ActionSucceeded',
  data: { ...action, output: { json }, startedAt: at(ms), at: at(ms) },
});
const reused = (json: Json, ms: number): RunEvent => ({
  type: 'ActionReused',
  data: { ...action, runId: 'wevt_1', output: { json }, at: at(ms) },
});
const done = (ms: number): RunEvent => ({ type: 'RunSucceeded', data: { ...end, at: at(ms) } });

const first = [requested(0), started(1), succeeded(7, 2), done(3)] as const;
const world = (...again: readonly RunEvent[]): Evidence => ({
  ...nothing,
  runs: new Map([
    ['wevt_1', stream(...first)],
    ['wevt_2', stream(...again)],
  ]),
});

describe('of reruns', () => {
  const found = (evidence: Evidence) => checkRepeated(evidence).map(({ what }) => what);
  it('the audit finds nothing in one that takes over what was', () => {
    expect(found(world(requested(5, 'wevt_1'), reused(7, 6), done(7)))).toEqual([]);
  });
  it.each([
    ['repeats a run that was not over', world(requested(1, 'wevt_1'), reused(7, 6)), 'was not over'],
    ['takes over what was another', world(requested(5, 'wevt_1'), reused(8, 6)), 'which has another output'],
    [
      'asks again for what it takes over',
      world(requested(5, 'wevt_1'), reused(7, 6), started(7)),
      'performed it all the same',
    ],
    ['takes over from nowhere', world(requested(5), reused(7, 6)), 'and repeats no run'],
  ])('the audit sees one that %s', (_, evidence, what) => {
    expect(found(evidence)).toContainEqual(expect.stringContaining(what));
  });
});

describe('of probes', () => {
  const probed = (verdict: 'happened' | 'not-happened', arrivedMs?: number): Evidence => {
    const fact: RunEvent = {
      type: 'ActionProbed',
      data: { ...action, verdict, startedAt: at(20), at: at(30) },
    };
    const request: OutsideRequest = {
      key: 'wevt_1-label',
      method: 'POST',
      path: '/effects/1',
      answer: 'lost',
      status: 0,
      atMs: startMs + (arrivedMs ?? 0),
    };
    return {
      ...nothing,
      runs: new Map([['wevt_1', stream(fact)]]),
      requests: arrivedMs === undefined ? [] : [request],
    };
  };
  it.each([
    ['what had arrived', probed('happened', 10), 0],
    ['what had not', probed('not-happened'), 0],
    ['what arrived meanwhile', probed('not-happened', 25), 0],
    ['what never arrived, as happened', probed('happened'), 1],
    ['what arrived later, as happened', probed('happened', 40), 1],
    ['what had arrived, as not happened', probed('not-happened', 10), 1],
  ])('the audit judges one that found %s', (_, evidence, count) => {
    expect(checkProbed(evidence)).toHaveLength(count);
  });
});

describe('of secrets', () => {
  const turnedAway = {
    key: 'k',
    method: 'PUT',
    path: '/granted',
    atMs: 0,
    answer: 'answered',
    status: 403,
  } as const;
  it.each([
    ['one that is in the log', { ...nothing, leaks: ['run-wevt_1'] }],
    ['one that was not shown', { ...nothing, requests: [turnedAway] }],
  ])('the audit sees %s', (_, evidence) => {
    expect(checkSecret(evidence)).toHaveLength(1);
  });
  it('the audit finds nothing where they were let in', () => {
    expect(checkSecret({ ...nothing, requests: [{ ...turnedAway, status: 200 }] })).toEqual([]);
  });
});
