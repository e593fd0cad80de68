import { defaultHttpPolicy, type PlannedAction, type RunEvent } from '@karrio/domain';
import { eventually } from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExecutor, type Executor } from './open-executor.ts';
import { openShop } from './shop.ts';

let executor: Executor;
beforeAll(async () => {
  executor = await openExecutor();
});
afterAll(() => executor[Symbol.asyncDispose]());

const at = ({ port }: { port: number }) => `http://127.0.0.1:${port}`;
const statuses = ['503'];
const soon = { retriesMax: 2, baseDelayMs: 20, delayMsMax: 50, statuses };
const retrying = (given: Partial<PlannedAction>): Partial<PlannedAction> => ({
  http: { ...defaultHttpPolicy, retry: soon },
  ...given,
});
const typesIn = (events: readonly { type: string }[]) => events.map(({ type }) => type);

/** Answers 503 this many times, then 200. */
const openFlaky = (failures: number, headers: Record<string, string> = {}) => {
  let left = failures;
  return openShop((_, response) => {
    if (left-- > 0) response.writeHead(503, headers).end('{"error": "busy"}');
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok": true}');
  });
};

describe('an action that fails in passing', () => {
  it.each(['get', 'post'] as const)(
    'of a %s is made again under the same key, each attempt recorded',
    async (method) => {
      await using shop = await openFlaky(2);
      const runId = await executor.aRun(retrying({ method, host: at(shop) }));
      executor.wake(runId);
      const events = await executor.endOf(runId);
      expect(typesIn(events)).toEqual([
        'RunRequested',
        'RunStarted',
        'ActionStarted',
        'ActionRetryScheduled',
        'ActionStarted',
        'ActionRetryScheduled',
        'ActionStarted',
        'ActionSucceeded',
        'RunSucceeded',
      ]);
      expect(events[3]?.data).toMatchObject({
        attempt: 1,
        failure: { code: 'http-status', details: { status: 503 } },
        response: { status: 503 },
        output: { json: { error: 'busy' } },
        dueAt: expect.any(String),
      });
      expect(shop.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(
        Array.from({ length: 3 }, () => `${runId}-a`),
      );
    },
  );

  it('fails for good when its attempts are used up', async () => {
    await using shop = await openFlaky(9);
    const runId = await executor.aRun(retrying({ host: at(shop) }));
    executor.wake(runId);
    const events = await executor.endOf(runId);
    expect(events.at(-2)).toMatchObject({ type: 'ActionFailed', data: { attempt: 3 } });
    expect(shop.seen).toHaveLength(3);
  });

  it('is made again when the server was not there, a POST too', async () => {
    const gone = await openShop(() => undefined);
    await gone[Symbol.asyncDispose]();
    const runId = await executor.aRun(retrying({ method: 'post', host: at(gone) }));
    executor.wake(runId);
    const events = await executor.endOf(runId);
    expect(typesIn(events).filter((type) => type === 'ActionStarted')).toHaveLength(3);
  });

  it.each([
    ['get', 'ActionRetryScheduled', 3],
    ['post', 'ActionOutcomeUnknown', 1],
  ] as const)('by an answer to a %s that never came is an %s', async (method, type, requests) => {
    await using shop = await openShop((request) => request.socket.destroy());
    const runId = await executor.aRun(retrying({ method, host: at(shop) }));
    executor.wake(runId);
    const events = await eventually('the outcome of the first attempt', async () => {
      const written = await executor.eventsOf(runId);
      return shop.seen.length === requests && written.length > 3 && written;
    });
    expect(events[3]).toMatchObject({ type, data: { attempt: 1, failure: { code: 'connection-lost' } } });
  });
});

describe('a wait', () => {
  it('that is long leaves the run to be woken, and lasts as long as the server asked', async () => {
    await using shop = await openFlaky(1, { 'retry-after': '30' });
    const runId = await executor.aRun(retrying({ host: at(shop) }));
    executor.wake(runId);
    const scheduled = await eventually('the next attempt is recorded', async () =>
      (await executor.eventsOf(runId)).find(({ type }) => type === 'ActionRetryScheduled'),
    );
    const { at: failedAt, dueAt } = scheduled.data as { at: string; dueAt: string };
    expect(Date.parse(dueAt) - Date.parse(failedAt)).toBe(30_000);
    await eventually('it is left to be woken', async () =>
      typesIn(await executor.eventsOf(runId)).includes('RunWaiting'),
    );
    // Too early: nothing happens.
    executor.wake(runId);
    const other = await executor.aRun({ host: at(shop) });
    executor.wake(other);
    await executor.endOf(other);
    expect(shop.seen).toHaveLength(2);
    const types = typesIn(await executor.eventsOf(runId));
    expect(types.slice(-2)).toEqual(['ActionRetryScheduled', 'RunWaiting']);
  });

  it('that a dead executor left ends when it is due', async () => {
    await using shop = await openFlaky(0);
    const attempt = {
      slug: 'a',
      actionId: 'wact_a',
      actionType: 'http_request',
      order: 1,
      attempt: 1,
    } as const;
    const startedAt = new Date().toISOString();
    const dueAt = new Date(Date.now() + 200).toISOString();
    const request = { method: 'GET', url: at(shop), headers: {}, body: null };
    const events: readonly RunEvent[] = [
      { type: 'RunStarted', data: { at: startedAt } },
      { type: 'ActionStarted', data: { ...attempt, request, idempotencyKey: 'k', at: startedAt } },
      {
        type: 'ActionRetryScheduled',
        data: { ...attempt, failure: { code: 'timeout', message: 'm' }, startedAt, at: startedAt, dueAt },
      },
    ];
    const runId = await executor.aRun(retrying({ host: at(shop) }), ...events);
    executor.wake(runId);
    const second = (await executor.endOf(runId))[4];
    expect(second).toMatchObject({ type: 'ActionStarted', data: { attempt: 2 } });
    const begun = second?.data as { at: string } | undefined;
    expect(Date.parse(begun?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(dueAt));
  });
});
