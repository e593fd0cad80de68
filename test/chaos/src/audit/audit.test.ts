import type { RunEvent } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { audit } from './audit.ts';
import { at, found, nothing, startMs, stream } from './evidence.fixture.ts';
import type { Disturbance, Evidence, OutsideRequest, ShownRun } from './evidence.ts';

const id = 'wevt_1';
const key = `${id}-label`;
const action = { slug: 'label', actionId: 'wact_1', actionType: 'http_request', order: 1 } as const;
const end = { workflowId: 'wkfl_1', eventType: 'manual', testMode: false } as const;
const request = { method: 'POST', url: 'https://outside/labels', headers: {}, body: null };
const response = { status: 200, headers: {}, bytes: 2 };

const requested: RunEvent = {
  type: 'RunRequested',
  data: { ...end, planHash: 'h', parameters: {}, at: at(0) },
};
const begun: RunEvent = { type: 'RunStarted', data: { at: at(1) } };
const started = (attempt: number, ms: number): RunEvent => ({
  type: 'ActionStarted',
  data: { ...action, attempt, request, idempotencyKey: key, at: at(ms) },
});
const succeeded = (attempt: number, ms: number): RunEvent => ({
  type: 'ActionSucceeded',
  data: { ...action, attempt, output: { json: 1 }, response, startedAt: at(0), at: at(ms) },
});
const unknown = (attempt: number, ms: number, resolution: 'retry' | 'park'): RunEvent => ({
  type: 'ActionOutcomeUnknown',
  data: { ...action, attempt, resolution, at: at(ms) },
});
const parked = (ms: number): RunEvent => ({
  type: 'RunParked',
  data: { cause: 'outcome-unknown', message: 'x', action: 'label', at: at(ms) },
});
const sentAgain = (attempt: number, ms: number): RunEvent => ({
  type: 'ActionSettled',
  data: { ...action, attempt, as: 'retry', by: 'key_1', at: at(ms) },
});
const done = (ms: number): RunEvent => ({ type: 'RunSucceeded', data: { ...end, at: at(ms) } });

const arrived = (ms: number, answer: OutsideRequest['answer'] = 'answered'): OutsideRequest => ({
  key,
  method: 'POST',
  path: '/labels',
  atMs: startMs + ms,
  answer,
  status: answer === 'answered' ? 200 : 0,
});
const killed: Disturbance = { part: 'executor', kind: 'killed', fromMs: startMs + 15, untilMs: startMs + 16 };
const shownAs = (over: Partial<ShownRun>): ReadonlyMap<string, ShownRun> =>
  new Map([[id, { id, status: 'success', state: null, failure: null, attempts: ['label#1'], ...over }]]);

/** By the place of its end in the stream. */
const heard = (revision: number) =>
  new Map([[`RunSucceeded-${revision}`, 'evt.org_1.workflow_event.succeeded']]);

const smooth: Evidence = {
  ...nothing,
  starts: [{ key: 'k', runs: 1, answers: [[id]] }],
  runs: new Map([[id, stream(requested, begun, started(1, 10), succeeded(1, 20), done(20))]]),
  orgs: new Map([[id, 'org_1']]),
  announced: heard(4),
  requests: [arrived(12)],
  shown: shownAs({}),
  readModels: new Map([['run', ['{"id":"wevt_1"}']]]),
  rebuilt: new Map([['run', ['{"id":"wevt_1"}']]]),
};

/** The executor died with the request out, and its run was taken over. */
const interrupted: Evidence = {
  ...smooth,
  runs: new Map([
    [
      id,
      stream(
        requested,
        begun,
        started(1, 10),
        unknown(1, 30, 'retry'),
        started(2, 30),
        succeeded(2, 40),
        done(40),
      ),
    ],
  ]),
  announced: heard(6),
  requests: [arrived(12, 'lost'), arrived(32)],
  shown: shownAs({ attempts: ['label#1', 'label#2'] }),
  disturbances: [killed],
};

/** A lost answer parked the run until somebody had the request sent again. */
const settled: Evidence = {
  ...interrupted,
  runs: new Map([
    [
      id,
      stream(
        requested,
        begun,
        started(1, 10),
        unknown(1, 30, 'park'),
        parked(30),
        sentAgain(1, 31),
        started(2, 31),
        succeeded(2, 40),
        done(40),
      ),
    ],
  ]),
  announced: heard(8),
  disturbances: [],
};

/** An event that is on NATS alone, and a server that is gone with its disk. */
const published: Evidence = {
  ...nothing,
  starts: [{ key: 'e', runs: 1, answers: [['wevt_2']], publishedMs: startMs }],
  disturbances: [{ part: 'nats', kind: 'killed', fromMs: startMs + 5_000, untilMs: startMs + 6_000 }],
};

const withRun = (evidence: Evidence, ...events: readonly RunEvent[]): Evidence => ({
  ...evidence,
  runs: new Map([[id, stream(...events)]]),
});

describe('the audit', () => {
  it.each([
    ['a run without incident', smooth],
    ['a request that was repeated after its executor was killed', interrupted],
    ['a run that was parked for an answer that was lost, and settled', settled],
    ['an event that was lost with NATS', published],
  ])('finds nothing in %s', (_, evidence) => {
    expect(audit(evidence)).toEqual([]);
  });

  const doctored: readonly (readonly [string, Evidence, string])[] = [
    ['an accepted run is missing', { ...smooth, runs: new Map() }, 'the log does not have it'],
    [
      'a run is there twice',
      { ...smooth, starts: [{ key: 'k', runs: 1, answers: [[id], ['wevt_2']] }] },
      'one key became',
    ],
    [
      'two starts share a run',
      { ...smooth, starts: [...smooth.starts, ...smooth.starts] },
      'two keys became one run',
    ],
    [
      'an event started one run of two',
      { ...smooth, starts: [{ key: 'k', runs: 2, answers: [[id]] }] },
      'it did not become 2 runs',
    ],
    ['an event is lost though NATS was not', { ...published, disturbances: [] }, 'the log does not have it'],
    [
      'an event is lost long before NATS was',
      {
        ...published,
        disturbances: [{ part: 'nats', kind: 'killed', fromMs: startMs + 60_000, untilMs: startMs + 61_000 }],
      },
      'the log does not have it',
    ],
    ['nobody asked for a run', { ...smooth, starts: [] }, 'nobody asked for it'],
    ['a run is stuck', withRun(smooth, requested, begun), 'stuck behind RunStarted'],
    [
      'a run is parked for ever',
      withRun(smooth, requested, begun, started(1, 10), unknown(1, 30, 'park'), parked(30)),
      'it is parked for outcome-unknown',
    ],
    [
      'something follows the end of a run',
      withRun(smooth, requested, begun, started(1, 10), succeeded(1, 20), done(20), begun),
      'RunStarted follows its end',
    ],
    [
      'a stream has a hole',
      { ...smooth, runs: new Map([[id, (smooth.runs.get(id) ?? []).toSpliced(1, 1)]]) },
      'has revision 2 in the place of 1',
    ],
    ['GraphQL shows another status', { ...smooth, shown: shownAs({ status: 'running' }) }, 'is shown as'],
    [
      'GraphQL shows an attempt too many',
      { ...smooth, shown: shownAs({ attempts: ['label#1', 'label#2'] }) },
      'is shown as',
    ],
    ['GraphQL does not show a run', { ...smooth, shown: new Map() }, 'is not shown'],
    [
      'a request has no attempt',
      { ...smooth, requests: [arrived(12), { ...arrived(12), key: 'k-2' }] },
      'no attempt is in the log',
    ],
    [
      'a request left before its attempt was durable',
      { ...smooth, requests: [arrived(9)] },
      'when 0 attempts had begun',
    ],
    [
      'a request was repeated silently',
      { ...smooth, requests: [arrived(12), arrived(13)] },
      'left without leave',
    ],
    [
      'a request was repeated before its outcome was unknown',
      { ...interrupted, requests: [arrived(12, 'lost'), arrived(29)] },
      'left without leave',
    ],
    [
      'an attempt began without leave',
      withRun(smooth, requested, begun, started(1, 10), started(2, 10), succeeded(2, 20), done(20)),
      'attempt 2 began without leave',
    ],
    ['a success has no request', { ...smooth, requests: [] }, '0 requests arrived'],
    [
      'an outcome is unknown for no reason',
      { ...interrupted, disturbances: [], requests: [arrived(12), arrived(32)] },
      'no answer was lost',
    ],
    [
      'an outcome is missing',
      withRun(smooth, requested, begun, started(1, 10), done(20)),
      'attempt 1 has 0 outcomes',
    ],
    [
      'an answer was never given',
      { ...smooth, requests: [arrived(12, 'lost')] },
      'an answer that nobody gave',
    ],
    [
      'a lost answer is passed over',
      { ...interrupted, requests: [arrived(12, 'lost'), arrived(31, 'lost'), arrived(32)] },
      '2 answers were lost, and 1 attempts say so',
    ],
    [
      'a row differs',
      { ...smooth, rebuilt: new Map([['run', ['{"id":"wevt_2"}']]]) },
      'only the rebuild has {"id":"wevt_2"}',
    ],
    [
      'a row is there twice',
      { ...smooth, readModels: new Map([['run', ['{"id":"wevt_1"}', '{"id":"wevt_1"}']]]) },
      'only the read models have',
    ],
    ['a table is empty', { ...smooth, readModels: new Map([['run', []]]) }, 'nothing was compared'],
    [
      'Postgres refused an event',
      { ...smooth, readModels: new Map([['parked_event', ['{"stream":"run-wevt_1"}']]]) },
      'Postgres refused',
    ],
    ['a table is missing', { ...smooth, rebuilt: new Map() }, 'is only in the read models'],
    [
      'runs stood still without Postgres',
      {
        ...smooth,
        disturbances: [{ part: 'postgres', kind: 'away', fromMs: startMs + 30, untilMs: startMs + 5_000 }],
      },
      'no run ended while Postgres was away',
    ],
  ];

  it.each(doctored)('sees that %s', (_name, evidence, what) => {
    expect(found(evidence)).toContainEqual(expect.stringContaining(what));
  });
});
