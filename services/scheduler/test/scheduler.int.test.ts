import { newId, streams, type EventMetadata } from '@karrio/contracts';
import { connectEventStore, StreamDeleted, type EventStore } from '@karrio/event-store-client';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats, startEventStore } from '@karrio/testing';
import { connect, type JetStreamManager } from 'nats';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openCheckpoint } from '../src/checkpoint.ts';
import { loadConfig } from '../src/config.ts';
import { startSchedulerService } from '../src/service.ts';

const log = createLogger('test', 'silent');
let stack: AsyncDisposableStack;
let store: EventStore;
let manager: JetStreamManager;
let startScheduler: (env?: Readonly<Record<string, string>>) => Promise<AsyncDisposable>;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const server = stack.use(await startEventStore());
  const nats = stack.use(await freshNats());
  store = stack.use(connectEventStore({ url: server.url, log }));
  const connection = await connect({ servers: nats.url });
  stack.defer(() => connection.close());
  manager = await connection.jetstreamManager();
  const fixed = {
    NATS_URL: nats.url,
    EVENTSTORE_URL: server.url,
    WAKE_AFTER_MS: '100',
    WAKE_AGAIN_MS: '1000',
  };
  startScheduler = (env = {}) => startSchedulerService(loadConfig({ ...fixed, ...env }), log);
});
afterEach(() => stack.disposeAsync());

const metadata: EventMetadata = {
  org: 'org_1',
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
};
const at = '2026-11-22T09:00:00.000Z';
const end = { workflowId: 'wkfl_1', eventType: 'manual', testMode: false, at };
const request = { ...end, planHash: 'h', parameters: {} };

/** A run whose stream holds these events after its request. */
const aRun = async (...events: readonly { type: string; data: object }[]): Promise<string> => {
  const runId = newId('run');
  const all = [{ type: 'RunRequested', data: request }, ...events];
  await store.append(
    streams.run(runId),
    all.map((event) => ({ ...event, id: randomUUID(), metadata })),
    'no-stream',
  );
  return runId;
};
const waitsUntil = (dueMs: number) => ({
  type: 'RunWaiting',
  data: { until: new Date(dueMs).toISOString(), at },
});
const append = (runId: string, type: string, data: object, expected: number) =>
  store.append(streams.run(runId), [{ type, data, id: randomUUID(), metadata }], expected);

/** The wake-ups that the stream holds, as nobody takes them. */
const woken = async (): Promise<readonly string[]> => {
  const { state } = await manager.streams.info('RUNS');
  const ids = [];
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const { data } = await manager.streams.getMessage('RUNS', { seq });
    ids.push(String(JSON.parse(Buffer.from(data).toString()).runId));
  }
  return ids;
};
const isWoken = (runId: string, message = 'it is woken') =>
  eventually(message, async () => (await woken()).includes(runId));

describe('the scheduler', () => {
  it('wakes a run that nobody began, and again until it ends', async () => {
    stack.use(await startScheduler());
    const runId = await aRun();
    const isWokenTwice = async () => (await woken()).filter((id) => id === runId).length >= 2;
    await eventually('it was woken twice', isWokenTwice);
    await append(runId, 'RunSucceeded', end, 0);
  });

  it('wakes a run when its time has come, and knows that time across its own restart', async () => {
    const first = await startScheduler();
    const dueMs = Date.now() + 3_000;
    const runId = await aRun(waitsUntil(dueMs));
    await isWoken(await aRun(), 'it read so far');
    await first[Symbol.asyncDispose]();
    stack.use(await startScheduler());
    await isWoken(runId);
    expect(Date.now()).toBeGreaterThanOrEqual(dueMs);
  });

  it('leaves a run alone that a person has held, until it is let go', async () => {
    // The subscription may bring its pause after its request, and so long after as a core is starved.
    stack.use(await startScheduler({ WAKE_AFTER_MS: '3000' }));
    const held = await aRun({ type: 'RunPaused', data: { by: 'me', at } });
    const other = await aRun();
    await isWoken(other);
    await eventually(
      'the other is woken again',
      async () => (await woken()).filter((id) => id === other).length > 1,
    );
    expect(await woken()).not.toContain(held);
    await append(held, 'RunResumed', { by: 'me', at }, 1);
    await isWoken(held);
  });

  it('knows after a restart what was open long before, without reading the log from there', async () => {
    const first = await startScheduler();
    const paused = await aRun({ type: 'RunPaused', data: { by: 'me', at } });
    await isWoken(await aRun(), 'it read so far');
    await first[Symbol.asyncDispose]();
    const saved = (await store.read(streams.checkpoint('scheduler'))).at(-1);
    expect(JSON.stringify(saved?.data)).toContain(paused);
    // Gone from the log: whoever reads from the beginning would not know it.
    await store.deleteForGood(streams.run(paused));
    await manager.streams.purge('RUNS');
    const again = await startScheduler();
    await isWoken(await aRun(), 'it follows the log');
    await again[Symbol.asyncDispose]();
    const later = (await store.read(streams.checkpoint('scheduler'))).at(-1);
    expect(later?.revision).toBeGreaterThan(saved?.revision ?? 0);
    expect(JSON.stringify(later?.data)).toContain(paused);
  });

  it('keeps a checkpoint of any size, and none that is outdated', async () => {
    const first = await startScheduler();
    const many = 1_200;
    await Promise.all(Array.from({ length: many }, () => aRun(waitsUntil(Date.now() + 9e9))));
    await isWoken(await aRun(), 'it read so far');
    await first[Symbol.asyncDispose]();
    const second = await startScheduler();
    await isWoken(await aRun(), 'it follows the log');
    await second[Symbol.asyncDispose]();
    const checkpoints = await store.read(streams.checkpoint('scheduler'));
    const blobs = checkpoints.map(({ data }) => /"blob":"(\w+)"/.exec(JSON.stringify(data))?.[1] ?? '');
    expect(blobs.filter((blob) => blob !== '')).toHaveLength(2);
    await expect(store.read(streams.blob(blobs[0] ?? ''))).rejects.toBeInstanceOf(StreamDeleted);
    expect(await store.read(streams.blob(blobs[1] ?? ''))).not.toEqual([]);
  });

  it('saves beside another replica: the first of two that save at once counts, and both go on', async () => {
    const deleted = new Set<string>();
    const noting: EventStore = {
      ...store,
      deleteForGood: (stream) => {
        deleted.add(stream);
        return store.deleteForGood(stream);
      },
    };
    const state = z.object({ by: z.string(), of: z.string() });
    const open = () => openCheckpoint({ store: noting, name: 'beside', state, log });
    const [first, second] = [await open(), await open()];
    const of = 'too large for an event '.repeat(5_000);
    await first.save({ position: 1n, state: { by: 'first', of } });
    await second.save({ position: 2n, state: { by: 'lost', of } });
    await second.save({ position: 3n, state: { by: 'second', of } });
    expect((await open()).saved).toEqual({
      position: 3n,
      state: { by: 'second', of },
    });
    // What nobody reads any more: the one that came too late, and the one before the last.
    expect(deleted.size).toBe(2);
  });

  it('reads all runs from the log where its checkpoint cannot be read', async () => {
    const data = { position: '999999', runs: { blob: 'lost', bytes: 1 } };
    const event = { type: 'CheckpointSaved', data, id: randomUUID(), metadata };
    const runId = await aRun();
    await store.append(streams.checkpoint('scheduler'), [event], 'no-stream');
    stack.use(await startScheduler());
    await isWoken(runId);
  });

  it('wakes at the time also when the streams of NATS were deleted meanwhile', async () => {
    stack.use(await startScheduler());
    const dueMs = Date.now() + 2_500;
    const runId = await aRun(waitsUntil(dueMs));
    await isWoken(await aRun(), 'it read so far');
    for await (const { config } of manager.streams.list()) await manager.streams.delete(config.name);
    await eventually('it is woken', () =>
      woken()
        .then((ids) => ids.includes(runId))
        .catch(() => false),
    );
    expect(Date.now()).toBeGreaterThanOrEqual(dueMs);
  });
});

describe('several schedulers', () => {
  it('wake a run once for its time, and go on when the one that woke is gone', async () => {
    // Due again only after the test is over: a second time would be by another scheduler.
    const start = () => startScheduler({ WAKE_AGAIN_MS: '600000' });
    const first = await start();
    await isWoken(await aRun(), 'the first holds the lease');
    stack.use(await start());
    stack.use(await start());
    const dueMs = Date.now() + 1_500;
    const runId = await aRun(waitsUntil(dueMs));
    await isWoken(runId);
    expect((await woken()).filter((id) => id === runId)).toHaveLength(1);
    const later = await aRun(waitsUntil(Date.now() + 500));
    await first[Symbol.asyncDispose]();
    await isWoken(later);
  });
});
