import { CancelledError, EventStoreDBClient, UnavailableError } from '@eventstore/db-client';
import { startEventStore, temporaryFolder } from '@karrio/testing';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { serverUrl } from '../src/config.ts';
import { events, manyEvents, newStream, seen } from '../src/events.ts';
import { statusOf } from '../src/status-of.ts';

const credentials = { username: 'admin', password: 'changeit' };

/** A server of its own that is stopped in the middle of things, and started again where it was. */
const stoppable = async () => {
  await using stack = new AsyncDisposableStack();
  const dataDir = stack.use(await temporaryFolder()).path;
  const first = stack.use(await startEventStore({ dataDir }));
  const client = EventStoreDBClient.connectionString(first.url);
  stack.defer(() => client.dispose());
  const kept = stack.move();
  return {
    client,
    kill: () => first.kill(),
    stop: () => first[Symbol.asyncDispose](),
    startAgain: async () => void kept.use(await startEventStore({ dataDir, port: first.port })),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

describe.skipIf(serverUrl !== undefined)('a server that is killed', () => {
  it.each([
    ['on the shared call', {}],
    ['in a call of its own', { credentials }],
  ])('is unavailable for an append %s, until it is there again', async (_way, options) => {
    await using server = await stoppable();
    const stream = newStream('killed');
    await server.client.appendToStream(stream, events('A'), options);
    await server.kill();
    expect((await statusOf(server.client.appendToStream(stream, events('B'), options))).code).toBe(14);
    await server.startAgain();
    await server.client.appendToStream(stream, events('C'), options);

    expect(await seen(server.client.readStream(stream))).toEqual(['A@0', 'C@1']);
  });

  it('ends a read and a subscription in the middle, with an error', async () => {
    await using server = await stoppable();
    const stream = newStream('reading');
    for (let batch = 0; batch < 20; batch++) await server.client.appendToStream(stream, manyEvents(1000));
    const subscription = server.client.subscribeToStream(stream, { fromRevision: 'end' });
    const failed = once(subscription, 'error');
    await once(subscription, 'caughtUp');
    const reading = (async () => {
      let count = 0;
      for await (const _event of server.client.readStream(stream)) if (++count === 12) await server.kill();
    })();

    await expect(reading).rejects.toBeInstanceOf(UnavailableError);
    expect((await failed)[0]).toBeInstanceOf(UnavailableError);
  });
});

describe.skipIf(serverUrl !== undefined)('a server that is told to stop', () => {
  it('cancels what is open, and keeps everything that it acknowledged', async () => {
    await using server = await stoppable();
    const stream = newStream('stopped');
    const subscription = server.client.subscribeToAll();
    const ended = once(subscription, 'error');
    await once(subscription, 'caughtUp');
    const acknowledged: bigint[] = [];
    const writing = (async () => {
      for (;;) {
        const { nextExpectedRevision } = await server.client.appendToStream(stream, events('E'));
        acknowledged.push(nextExpectedRevision);
      }
    })();
    const over = writing.catch((error: unknown) => error);
    await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(20);
    await server.stop();

    expect((await ended)[0]).toBeInstanceOf(CancelledError);
    expect(await over).toSatisfy(
      (error) => error instanceof CancelledError || error instanceof UnavailableError || isRefusal(error),
    );
    await server.startAgain();
    const kept = await seen(server.client.readStream(stream));
    expect(kept.length).toBeGreaterThanOrEqual(acknowledged.length);
  });
});

/** An append that comes while the server closes its log is refused. */
const isRefusal = (error: unknown) => error instanceof Error && /shutting down|recognize/.test(error.message);
