import fc from 'fast-check';
import { defaultHttpPolicy, type RunEvent } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { compareRuns } from './compare-runs.ts';
import { aMapping, aPlan, aRequest, played, type Ending } from '../test/played-run.ts';
import { recordedAnswers } from './recorded-answers.ts';
import { requestOf } from './recorded-run.ts';
import { rehearse } from './rehearse.ts';
import { replay } from './replay.ts';

const methods = ['get', 'post'] as const;

const plans = fc
  .array(fc.array(fc.constantFrom('map', 'get', 'post', 'wait'), { minLength: 1, maxLength: 3 }), {
    maxLength: 3,
  })
  .map((steps) =>
    aPlan(
      ...steps.map((kinds, order) =>
        kinds.map((kind, index) => {
          const slug = `a_${order}_${index}`;
          if (kind === 'map') return aMapping(slug, `{"n": {{parameters.n}}, "at": "{{now}}"}`);
          if (kind === 'wait') return { ...aMapping(slug, '{"seconds": 60}'), actionType: 'wait' as const };
          return aRequest(slug, { method: kind === 'post' ? methods[1] : methods[0] });
        }),
      ),
    ),
  );

const deals = fc.array(
  fc.constantFrom<Ending>(
    'succeed',
    'succeed',
    'fail',
    'crash',
    'refused',
    'unanswered',
    'defer',
    'pause',
    'cancel',
  ),
  { maxLength: 20 },
);

const inOrder = aPlan(
  [aRequest('fetch')],
  [aMapping('map', '{"count": {{steps.fetch.response.count}}}')],
  [aRequest('send', { method: 'post', parametersTemplate: '{"count": {{steps.map.response.count}}}' })],
);
const run = played(inOrder, { n: 1 }, [], { count: 3 });

/** The same run with one fact told differently. */
const retold = (type: RunEvent['type'], slug: string, data: object): readonly RunEvent[] =>
  run.map((event) =>
    event.type === type && 'slug' in event.data && event.data.slug === slug
      ? ({ ...event, data: { ...event.data, ...data } } as RunEvent)
      : event,
  );

describe('a replay', () => {
  it('of any run gives that run, whatever its requests came to and whoever stopped it', () => {
    fc.assert(
      fc.property(plans, deals, (plan, deal) => {
        const events = played(plan, { n: 1 }, deal);
        expect(replay(plan, events)).toEqual({ same: true, events: events.length });
      }),
    );
  });

  it('names the first fact that is missing or out of place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: run.length - 1 }), (index) => {
        const replayed = replay(inOrder, run.toSpliced(index, 1));
        // Without its start a run goes on as well as with it.
        expect(replayed.same).toBe(run[index]?.type === 'RunStarted');
      }),
    );
  });

  it('shows where a mapping gives something else than it gave', () => {
    expect(
      replay(inOrder, retold('ActionSucceeded', 'map', { output: { json: { count: 4 } } })),
    ).toMatchObject({
      same: false,
      first: { slug: 'map', differences: [{ path: 'output.count', recorded: 4, now: 3 }] },
    });
  });

  it('shows where a request is another one, and takes a masked text for what it hides', () => {
    const request = { method: 'POST', url: 'https://api.example.com/1', headers: {}, body: null };
    expect(replay(inOrder, retold('ActionStarted', 'send', { request }))).toMatchObject({
      same: false,
      first: { slug: 'send' },
    });
    const started = run.find((event) => event.type === 'ActionStarted' && event.data.slug === 'fetch');
    if (started?.type !== 'ActionStarted') throw new Error('no request');
    const masked = { ...started.data.request, url: 'https://api.example.com/***' };
    expect(replay(inOrder, retold('ActionStarted', 'fetch', { request: masked }))).toMatchObject({
      same: true,
    });
  });

  it('tells another conclusion from the one that was recorded', () => {
    const concluded = run.map((event) =>
      event.type === 'RunSucceeded'
        ? ({ type: 'RunAborted', data: { ...event.data, condition: 'map' } } as const)
        : event,
    );
    expect(replay(inOrder, concluded)).toMatchObject({ same: false, first: { type: 'RunAborted' } });
  });
});

const against = async (plan: ReturnType<typeof aPlan>, events: readonly RunEvent[]) => {
  const request = requestOf(events);
  if (!request) throw new Error('no request');
  const startedAtOf = (slug: string) =>
    events
      .flatMap(({ type, data }) => (type === 'ActionStarted' && data.slug === slug ? [data.at] : []))
      .at(-1);
  return compareRuns(
    events,
    await rehearse(plan, request, { answerOf: recordedAnswers(events), startedAtOf }),
  );
};

describe('a request that was probed', () => {
  const probe = { endpoint: '/{{parameters.n}}', template: 'true' };
  const http = { ...defaultHttpPolicy, onUnknown: 'probe' as const, probe };
  const plan = aPlan(
    [aRequest('send', { method: 'post', http })],
    [aMapping('map', '"{{steps.send.response.id}}"')],
  );
  const [requested] = run;
  const attempt = {
    slug: 'send',
    actionId: 'wact_send',
    actionType: 'http_request',
    order: 0,
    attempt: 1,
  } as const;
  const at = '2026-11-22T09:00:00.000Z';
  const failure = { code: 'connection-lost', message: 'It broke.' };
  const unknown: RunEvent = {
    type: 'ActionOutcomeUnknown',
    data: { ...attempt, resolution: 'probe', failure, at },
  };
  const probed: RunEvent = {
    type: 'ActionProbed',
    data: { ...attempt, verdict: 'happened', output: { json: { id: 'ship_1' } }, startedAt: at, at },
  };
  const rehearsedBy = (...facts: readonly RunEvent[]) => {
    const request = requestOf(requested ? [requested] : []);
    if (!request) throw new Error('no request');
    return rehearse(plan, request, { answerOf: recordedAnswers(facts) });
  };

  it('is answered as the probe found, and by nobody where there was none', async () => {
    expect(await rehearsedBy(unknown, probed)).toMatchObject({
      steps: [
        { slug: 'send', source: 'recorded', failure },
        { slug: 'send', source: 'recorded', output: { id: 'ship_1' } },
        { slug: 'map', output: 'ship_1' },
      ],
      end: { as: 'RunSucceeded' },
    });
    expect(await rehearsedBy(unknown)).toMatchObject({ end: { as: 'needs-response', slugs: ['send'] } });
  });
});

describe('a run against another plan', () => {
  it('is the same step by step where the plan is the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.array(fc.constantFrom<Ending>('succeed', 'refused', 'fail')),
        async (plan, deal) => {
          const events = played(plan, { n: 1 }, deal);
          const startedAt = new Map(
            events.flatMap((event) =>
              event.type === 'ActionSucceeded' ? [[event.data.slug, event.data.startedAt] as const] : [],
            ),
          );
          const request = requestOf(events);
          if (!request) throw new Error('no request');
          const rehearsal = await rehearse(plan, request, {
            answerOf: recordedAnswers(events),
            startedAtOf: (slug) => startedAt.get(slug),
          });
          expect(compareRuns(events, rehearsal)).toMatchObject({ same: true });
        },
      ),
    );
  });

  const rates = { shipment: {}, rates: [{ id: 'a', carrier_name: 'ups', total_charge: 1, currency: 'USD' }] };
  const choosing = aPlan(
    [aMapping('choose', JSON.stringify(rates))].map((action) => ({ ...action, actionType: 'select_rate' })),
    [aMapping('use', '{"rate": "{{steps.choose.response.selected_rate.id}}"}')],
  );
  const selected = { outcome: 'selected', selected_rate: { id: 'a' } };

  it('is the same where a person had decided for it, and stops where none has', async () => {
    const held = played(choosing, {}, ['defer', 'defer', 'succeed'], selected);
    expect(held.map(({ type }) => type)).toContain('RunParked');
    expect(replay(choosing, held)).toMatchObject({ same: true });
    expect(await against(choosing, held)).toMatchObject({ same: true, end: { now: 'RunSucceeded' } });
    const open = held.slice(
      0,
      held.findIndex(({ type }) => type === 'RunParked'),
    );
    expect(await against(choosing, open)).toMatchObject({ end: { now: 'RunParked' } });
  });

  it('shows what differs and, where its request was never answered, what it would ask', async () => {
    const edited = aPlan(
      [aRequest('fetch')],
      [aMapping('map', '{"total": {{steps.fetch.response.count}}}')],
      [aRequest('notify')],
    );
    expect(await against(edited, run)).toEqual({
      same: false,
      steps: [
        { slug: 'fetch', is: 'same', differences: [] },
        {
          slug: 'map',
          is: 'differs',
          differences: [
            { path: 'output.count', recorded: 3, now: undefined },
            { path: 'output.total', recorded: undefined, now: 3 },
          ],
        },
        { slug: 'notify', is: 'needs-response', differences: [expect.objectContaining({ path: 'request' })] },
        { slug: 'send', is: 'not-reached', differences: [] },
      ],
      end: { recorded: 'RunSucceeded', now: 'needs-response' },
    });
  });
});
