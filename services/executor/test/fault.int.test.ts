import { newId, streams, type EventMetadata } from '@karrio/contracts';
import type { RunEvent, RunRequested } from '@karrio/domain';
import { StreamDeleted } from '@karrio/event-store-client';
import { PermanentError, RetryLater } from '@karrio/messaging';
import { counter, createLogger } from '@karrio/telemetry';
import { eventually } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournal } from '../src/run/journal.ts';
import { createParkFailing } from '../src/run/park-failing.ts';
import { createTakeWithCare } from '../src/run/take-with-care.ts';
import { openExecutor, type Executor } from './open-executor.ts';

const at = '2026-11-22T09:00:00.000Z';
const metadata: EventMetadata = {
  org: 'org_1',
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
};
let executor: Executor;
beforeAll(async () => {
  executor = await openExecutor();
});
afterAll(() => executor[Symbol.asyncDispose]());

/** A run whose only action has an output that the event store has lost. */
const aRunWithout = (blob: string) => {
  const attempt = {
    slug: 'a',
    actionId: 'wact_a',
    actionType: 'http_request',
    order: 1,
    attempt: 1,
  } as const;
  return executor.aRun(
    {},
    { type: 'RunStarted', data: { at } },
    { type: 'ActionSucceeded', data: { ...attempt, output: { blob, bytes: 3 }, startedAt: at, at } },
  );
};
const append = async (stream: string, event: { type: string; data: object }) => {
  const last = (await executor.store.read(stream)).at(-1);
  const recorded = { ...event, id: randomUUID(), metadata };
  await executor.store.append(stream, [recorded], last?.revision ?? 'no-stream');
};
const typesOf = async (runId: string) => (await executor.eventsOf(runId)).map(({ type }) => type);

describe('a run on which an executor meets a fault of its own', () => {
  it('is parked instead of coming for ever, and goes on when it is re-driven and the fault is gone', async () => {
    const blob = randomUUID();
    const runId = await aRunWithout(blob);
    executor.wake(runId);
    await eventually('it is parked', async () => (await typesOf(runId)).at(-1) === 'RunParked', 40_000);
    const parked = (await executor.eventsOf(runId)).at(-1);
    expect(parked?.data).toMatchObject({ cause: 'executor-failed' });

    await append(streams.blob(blob), { type: 'BlobChunk', data: { text: '"x"' } });
    await append(streams.run(runId), { type: 'RunRedriven', data: { by: 'me', at } } satisfies RunEvent);
    executor.wake(runId);
    expect((await executor.endOf(runId)).at(-1)?.type).toBe('RunSucceeded');
  });
});

describe('deliveries that fail', () => {
  const log = createLogger('test', 'silent');
  const parking = () =>
    createParkFailing({
      store: executor.store,
      now: Date.now,
      log,
      parked: counter('test_total', 'Parked.'),
    });
  const requested = (runId: string) => {
    const request: RunRequested['data'] = {
      workflowId: 'wkfl_1',
      planHash: 'h',
      eventType: 'manual',
      testMode: false,
      parameters: {},
      at,
    };
    return append(streams.run(runId), { type: 'RunRequested', data: request });
  };
  const fail = (error: Error) => () => Promise.reject(error);

  it('park a run at the fifth fault in a row, not at the fifth in all', async () => {
    const runId = newId('run');
    await requested(runId);
    const parkFailing = parking();
    const fault = fail(new TypeError('ours'));
    for (let count = 1; count <= 4; count++) await expect(parkFailing(runId, fault)).rejects.toThrow('ours');
    await parkFailing(runId, () => Promise.resolve());
    for (let count = 1; count <= 4; count++) await expect(parkFailing(runId, fault)).rejects.toThrow('ours');
    expect(await typesOf(runId)).toEqual(['RunRequested']);
    await parkFailing(runId, fault);
    expect(await typesOf(runId)).toEqual(['RunRequested', 'RunParked']);
  });

  it('park no run for what is not its fault', async () => {
    const runId = newId('run');
    await requested(runId);
    const parkFailing = parking();
    const later = fail(new RetryLater('held elsewhere', 1));
    for (let count = 1; count <= 20; count++)
      await expect(parkFailing(runId, later)).rejects.toBeInstanceOf(RetryLater);
    expect(await typesOf(runId)).toEqual(['RunRequested']);
  });

  it('are dropped when the run was deleted', async () => {
    const deleted = fail(new StreamDeleted('gone'));
    await expect(parking()(newId('run'), deleted)).rejects.toBeInstanceOf(PermanentError);
  });
});

describe('a run that ends the executors which take it', () => {
  const anExecutor = () =>
    createTakeWithCare({
      now: Date.now,
      log: createLogger('test', 'silent'),
      parked: counter('test_total', 'Parked.'),
    });
  /** Takes the run as an executor does that dies with it in hand: what it began never ends. */
  const takeFatally = async (runId: string, deliveries: number, take = anExecutor()) => {
    const journal = await openJournal(executor.store, { runId });
    if (!journal) throw new Error('no such run');
    const begun = Promise.withResolvers<void>();
    const died = new Promise<never>(() => {});
    const taken = take(journal, deliveries, () => {
      begun.resolve();
      return died;
    });
    return Promise.race([begun.promise.then(() => 'in hand'), taken]);
  };
  const mark = 'RunTakenAgain';

  it('is put on record from the third delivery on, and is parked at the sixth', async () => {
    const runId = await executor.aRun({});
    for (let deliveries = 1; deliveries <= 5; deliveries++)
      expect(await takeFatally(runId, deliveries)).toBe('in hand');
    expect(await typesOf(runId)).toEqual(['RunRequested', mark, mark, mark]);
    expect(await takeFatally(runId, 6)).toBe('left');
    const parked = (await executor.eventsOf(runId)).at(-1);
    expect(parked).toMatchObject({ type: 'RunParked', data: { cause: 'executor-failed' } });
  });

  it('is found out alone: no other that came to nothing is in hand beside it', async () => {
    const [fatal, innocent] = [await executor.aRun({}), await executor.aRun({})];
    for (const runId of [fatal, innocent]) await takeFatally(runId, 3);
    const survivor = anExecutor();
    await takeFatally(fatal, 4, survivor);
    await expect(takeFatally(innocent, 4, survivor)).rejects.toBeInstanceOf(RetryLater);
    expect(await typesOf(innocent)).toEqual(['RunRequested', mark]);
  });

  it('is none where its executors outlive it, however often something else stops them', async () => {
    const runId = await executor.aRun({});
    const survivor = anExecutor();
    for (let deliveries = 3; deliveries <= 20; deliveries++) {
      const journal = await openJournal(executor.store, { runId });
      if (!journal) throw new Error('no such run');
      const stopped = survivor(journal, deliveries, () => Promise.reject(new Error('rules are away')));
      await expect(stopped).rejects.toThrow('rules are away');
    }
    expect(await typesOf(runId)).toEqual(['RunRequested', mark]);
  });

  it('counts anew once it has moved', async () => {
    const runId = await executor.aRun({});
    for (let deliveries = 3; deliveries <= 5; deliveries++) await takeFatally(runId, deliveries);
    await append(streams.run(runId), { type: 'RunStarted', data: { at } } satisfies RunEvent);
    expect(await takeFatally(runId, 6)).toBe('in hand');
    expect((await typesOf(runId)).at(-1)).toBe(mark);
  });
});
