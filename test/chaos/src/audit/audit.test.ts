import type { RunEvent } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { audit } from './audit.ts';
import type { Disturbance, Evidence, Fact, OutsideRequest, ShownRun } from './evidence.ts';

const startMs = Date.UTC(2026, 10, 22, 9);
const at = (ms: number) => new Date(startMs + ms).toISOString();

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
const done = (ms: number): RunEvent => ({ type: 'RunSucceeded', data: { ...end, at: at(ms) } });

const stream = (...events: readonly RunEvent[]): readonly Fact[] =>
  events.map((event, revision) => ({ ...event, revision }));
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

const smooth: Evidence = {
  starts: [{ idempotencyKey: 'k', ids: [id] }],
  runs: new Map([[id, stream(requested, begun, started(1, 10), succeeded(1, 20), done(20))]]),
  requests: [arrived(12)],
  shown: shownAs({}),
  readModels: new Map([['run', ['{"id":"wevt_1"}']]]),
  rebuilt: new Map([['run', ['{"id":"wevt_1"}']]]),
  disturbances: [],
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
  requests: [arrived(12, 'lost'), arrived(32)],
  shown: shownAs({ attempts: ['label#1', 'label#2'] }),
  disturbances: [killed],
};

const waiting: Evidence = {
  ...smooth,
  runs: new Map([[id, stream(requested, begun, started(1, 10), unknown(1, 30, 'park'), parked(30))]]),
  requests: [arrived(12, 'lost')],
  shown: shownAs({ status: 'running', state: 'parked' }),
};

const withRun = (evidence: Evidence, ...events: readonly RunEvent[]): Evidence => ({
  ...evidence,
  runs: new Map([[id, stream(...events)]]),
});
const found = (evidence: Evidence) => audit(evidence).map(({ guarantee, what }) => `${guarantee}: ${what}`);

describe('the audit', () => {
  it.each([
    ['a run without incident', smooth],
    ['a request that was repeated after its executor was killed', interrupted],
    ['a run that is parked for an answer that was lost', waiting],
  ])('finds nothing in %s', (_, evidence) => {
    expect(audit(evidence)).toEqual([]);
  });

  const { runs: _, ...withoutRuns } = smooth;
  const doctored: readonly (readonly [string, Evidence, string])[] = [
    ['an accepted run is missing', { ...withoutRuns, runs: new Map() }, 'the log does not have it'],
    [
      'a run is there twice',
      { ...smooth, starts: [{ idempotencyKey: 'k', ids: [id, 'wevt_2'] }] },
      'one key became',
    ],
    [
      'two starts share a run',
      { ...smooth, starts: [...smooth.starts, ...smooth.starts] },
      'two keys became one run',
    ],
    ['nobody asked for a run', { ...smooth, starts: [] }, 'nobody asked for it'],
    ['a run is stuck', withRun(smooth, requested, begun), 'stuck behind RunStarted'],
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
