import { newId, streams, subjects, type EventMetadata } from '@karrio/contracts';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats, startEventStore, startService } from '@karrio/testing';
import { connect, type JetStreamManager } from 'nats';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { startRelayService } from '../src/service.ts';

const log = createLogger('test', 'silent');
let stack: AsyncDisposableStack;
let store: EventStore;
let manager: JetStreamManager;
let env: Readonly<Record<string, string>>;
let startRelay: () => Promise<AsyncDisposable>;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const server = stack.use(await startEventStore());
  const nats = stack.use(await freshNats());
  store = stack.use(connectEventStore({ url: server.url, log }));
  const connection = await connect({ servers: nats.url });
  stack.defer(() => connection.close());
  manager = await connection.jetstreamManager();
  env = { NATS_URL: nats.url, EVENTSTORE_URL: server.url };
  startRelay = () => startRelayService(loadConfig(env), log);
});
afterEach(() => stack.disposeAsync());

const metadata: EventMetadata = {
  org: 'org_1',
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
};
const end = { workflowId: 'wkfl_1', eventType: 'manual', testMode: false, at: '2026-11-22T09:00:00.000Z' };
const request = { ...end, planHash: 'h', parameters: {} };

const append = (runId: string, type: string, data: object, expected: number | 'no-stream') =>
  store.append(streams.run(runId), [{ type, data, id: randomUUID(), metadata }], expected);

const endedRuns = async (count: number) => {
  const ids = Array.from({ length: count }, () => newId('run'));
  for (const id of ids) {
    await append(id, 'RunRequested', request, 'no-stream');
    await append(id, 'RunSucceeded', end, 0);
  }
  return ids;
};

/** What a stream holds now, oldest first, and the subjects it came by. */
const stored = async (stream: string): Promise<{ subject: string; data: unknown }[]> => {
  const { state } = await manager.streams.info(stream);
  const messages = [];
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const { subject, data } = await manager.streams.getMessage(stream, { seq });
    messages.push({ subject, data: JSON.parse(Buffer.from(data).toString()) });
  }
  return messages;
};
const announced = async () =>
  (await stored('EVENTS')).map(({ data }) =>
    data && typeof data === 'object' && 'subject' in data ? data.subject : undefined,
  );

describe('the relay', () => {
  it('announces each ended run once, in the order of the log', async () => {
    const ids = await endedRuns(20);
    stack.use(await startRelay());
    await eventually('all runs are announced', async () => (await announced()).length === 20);
    expect(await announced()).toEqual(ids);
    const [first] = await stored('EVENTS');
    expect(first?.subject).toBe(
      subjects.event.of({ org: 'org_1', entity: 'workflow_event', event: 'succeeded' }),
    );
  });

  it('goes on where it stood, and announces nothing twice', async () => {
    const before = await endedRuns(3);
    const first = await startRelay();
    await eventually('the first runs are announced', async () => (await announced()).length === 3);
    const last = (await store.read(streams.run(before.at(-1) ?? ''))).at(-1)?.position;
    await eventually('it saved where it stands', async () => {
      const saved = JSON.stringify((await store.read(streams.checkpoint('relay'))).at(-1)?.data ?? {});
      return BigInt(JSON.parse(saved).announced ?? 0) >= (last ?? 0n);
    });
    await first[Symbol.asyncDispose]();
    // Emptied, so that the ids it knows cannot hide a repetition.
    await manager.streams.delete('EVENTS');
    const after = await endedRuns(2);
    stack.use(await startRelay());
    await eventually('the later runs are announced', async () => (await announced()).length >= 2);
    expect(await announced()).toEqual(after);
    expect(before).toHaveLength(3);
  });

  it('is killed before it noted how far it came: what it announces again comes once', async () => {
    const before = await endedRuns(3);
    const first = await startRelay();
    await eventually('the first runs are announced', async () => (await announced()).length === 3);
    await first[Symbol.asyncDispose]();
    const revision = (await store.read(streams.checkpoint('relay'))).at(-1)?.revision ?? 'no-stream';
    const saved = { type: 'CheckpointSaved', data: { announced: '0' }, id: randomUUID(), metadata };
    await store.append(streams.checkpoint('relay'), [saved], revision);
    stack.use(await startRelay());
    const after = await endedRuns(1);
    await eventually('the later run is announced', async () => (await announced()).includes(after[0]));
    expect(await announced()).toEqual([...before, ...after]);
  });

  it('goes on from the checkpoint of a build that kept open runs as well', async () => {
    await endedRuns(3);
    const { position } = await append(newId('run'), 'RunRequested', request, 'no-stream');
    const saved = { announced: position.toString(), opened: '0' };
    const noted = Array.from({ length: 12 }, () => ({
      type: 'CheckpointSaved',
      data: saved,
      id: randomUUID(),
      metadata,
    }));
    await store.append(streams.checkpoint('relay'), noted, 'no-stream');
    const after = await endedRuns(2);
    stack.use(await startRelay());
    await eventually('the later runs are announced', async () => (await announced()).length >= 2);
    expect(await announced()).toEqual(after);
    // What was noted once is not kept for ever.
    expect((await store.read(streams.checkpoint('relay'))).length).toBeLessThanOrEqual(10);
  });

  it('is one at a time: of two the second to save ends, and the other goes on', async () => {
    const relays = [stack.use(await startService('relay', env)), stack.use(await startService('relay', env))];
    await endedRuns(1);
    const ended = await Promise.race(relays.map(async (relay) => ({ relay, exit: await relay.exited })));
    expect(ended.exit).toEqual({ code: 1, signal: null });
    expect(ended.relay.lastLines()).toContain('RevisionConflict');
    const [id] = await endedRuns(1);
    await eventually('the next run is announced', async () => (await announced()).includes(id));
  });

  it('makes lost streams anew and loses no announcement', async () => {
    stack.use(await startRelay());
    await eventually('the streams are there', () => manager.streams.info('EVENTS'));
    await manager.streams.delete('EVENTS');
    const ids = await endedRuns(5);
    await eventually('all runs are announced', async () => (await announced()).length === 5);
    expect(new Set(await announced())).toEqual(new Set(ids));
  });
});
