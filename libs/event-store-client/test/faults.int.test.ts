import { streams, type EventMetadata } from '@karrio/contracts';
import { createLogger } from '@karrio/telemetry';
import { eventually, startEventStore, type EventStoreServer } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEventStore, StoreUnavailable, type EventStore, type NewEvent } from '../src/index.ts';
import { startCallProxy } from './call-proxy.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const metadata: EventMetadata = {
  org: 'org_1',
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
};
const anEvent = (index = 0): NewEvent => ({ id: randomUUID(), type: 'Happened', data: { index }, metadata });
const log = createLogger('test', 'silent');

let server: EventStoreServer;
/** Past the proxy, to see what is there. */
let direct: EventStore;

beforeAll(async () => {
  server = await startEventStore();
  direct = connectEventStore({ url: server.url, log });
});
afterAll(async () => {
  await direct[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const connect = (port: number, options: Partial<Parameters<typeof connectEventStore>[0]> = {}) =>
  connectEventStore({ url: `esdb://127.0.0.1:${port}?tls=false`, log, ...options });

/** Notes which subscriptions were said to give out nothing; a read that was slow is another matter. */
const notingLog = () => {
  const stalls: unknown[] = [];
  const warn = ({ err }: { err?: { reason?: string; message: string } }) => {
    if (err?.reason === 'silent' && err.message.includes('gives out nothing')) stalls.push(err);
  };
  return { stalls, log: Object.assign(createLogger('test', 'silent'), { warn }) };
};

/** Collects the indexes of a prefix' events until it is disposed of. */
const follow = (store: EventStore, prefix: string) => {
  const closing = new AbortController();
  const seen: unknown[] = [];
  const reading = (async () => {
    const filter = { streamPrefixes: [streams.run(prefix)] };
    for await (const { events } of store.follow({ from: undefined, filter, signal: closing.signal })) {
      seen.push(...events.map(({ data }) => data));
    }
  })();
  return {
    seen,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await reading;
    },
  };
};

describe('a network that fails', () => {
  it('by resetting connections costs a writer no event and no repetition, and a reader neither', async () => {
    await using proxy = await startTcpProxy(server.port);
    await using store = connect(proxy.port, { patienceMs: 60_000 });
    const prefix = randomUUID();
    await using reader = follow(store, prefix);
    const write = async (writer: number) => {
      for (let index = 0; index < 50; index++) {
        const stream = streams.run(`${prefix}-${writer}`);
        await store.append(stream, [anEvent(index)], index === 0 ? 'no-stream' : index - 1);
        if (index % 10 === writer) proxy.reset();
      }
    };
    await Promise.all([0, 1, 2, 3].map(write));
    expect(proxy.connections()).toBeGreaterThan(1);
    await eventually('all is read', () => reader.seen.length >= 200);
    for (let writer = 0; writer < 4; writer++) {
      const events = await direct.read(streams.run(`${prefix}-${writer}`));
      expect(events.map(({ data }) => data)).toEqual(Array.from({ length: 50 }, (_, index) => ({ index })));
    }
    expect(reader.seen).toHaveLength(200);
  });

  it('by swallowing everything fails calls as unavailable, and they succeed when it heals', async () => {
    await using proxy = await startTcpProxy(server.port);
    await using store = connect(proxy.port, { patienceMs: 0, silenceMs: 1_500 });
    const stream = streams.run(randomUUID());
    const first = anEvent(0);
    // Without patience, a try that a busy machine takes too long for has failed; it may be made again.
    await eventually('it is written', () => store.append(stream, [first], 'no-stream'));
    proxy.blackhole();
    const second = anEvent(1);
    await expect(store.append(stream, [second], 0)).rejects.toMatchObject({
      name: 'StoreUnavailable',
      reason: 'silent',
    });
    await expect(store.read(stream)).rejects.toMatchObject({ name: 'StoreUnavailable', reason: 'silent' });
    await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailable);
    proxy.heal();
    // The first try may have been written: with the same id it has the effect of once.
    const again = await eventually('it is written', () => store.append(stream, [second], 0));
    expect(again).toMatchObject({ revision: 1 });
    expect(await eventually('it is read', () => store.read(stream))).toHaveLength(2);
  });
});

describe('a subscription that gives out nothing although the log has more', () => {
  it('is resumed from where it stood, and said to be', async () => {
    await using proxy = await startCallProxy(server.port);
    const { stalls, log: noting } = notingLog();
    await using store = connect(proxy.port, { log: noting, watchEveryMs: 500 });
    const prefix = randomUUID();
    await using reader = follow(store, prefix);
    const append = (index: number) =>
      direct.append(streams.run(`${prefix}-${index}`), [anEvent(index)], 'no-stream');
    await append(0);
    await eventually('the first is read', () => reader.seen.length === 1);
    proxy.stall();
    await append(1);
    await append(2);
    await eventually('the others are read', () => reader.seen.length >= 3);
    expect(reader.seen).toEqual([{ index: 0 }, { index: 1 }, { index: 2 }]);
    expect(stalls).not.toEqual([]);
  });

  it('is left alone while it only has nothing to give', async () => {
    await using proxy = await startCallProxy(server.port);
    const { stalls, log: noting } = notingLog();
    await using store = connect(proxy.port, { log: noting, watchEveryMs: 1_000 });
    await using reader = follow(store, randomUUID());
    const before = proxy.calls('Read');
    await direct.append(streams.run(randomUUID()), [anEvent()], 'no-stream');
    // The subscription is one; the others are looks at the log.
    await eventually('it was looked after', () => proxy.calls('Read') >= before + 3);
    expect(reader.seen).toEqual([]);
    expect(stalls).toEqual([]);
  });
});

describe('a server that takes calls and does not answer', () => {
  it('does not hold its callers, and has them back when it answers again', async () => {
    await using proxy = await startCallProxy(server.port);
    await using store = connect(proxy.port, { patienceMs: 0, silenceMs: 1_000 });
    const stream = streams.run(randomUUID());
    proxy.silence(true);
    const event = anEvent();
    await expect(store.append(stream, [event], 'no-stream')).rejects.toMatchObject({ reason: 'silent' });
    await expect(store.read(stream)).rejects.toMatchObject({ reason: 'silent' });
    proxy.silence(false);
    const answered = await eventually('it answers', () => store.append(stream, [event], 'no-stream'));
    expect(answered).toMatchObject({ revision: 0 });
    expect(await eventually('it answers', () => store.read(stream))).toHaveLength(1);
  });
});
