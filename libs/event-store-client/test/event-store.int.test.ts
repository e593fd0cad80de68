import { streams, type EventMetadata } from '@karrio/contracts';
import { createLogger } from '@karrio/telemetry';
import { eventually, startEventStore, temporaryFolder } from '@karrio/testing';
import { freePort } from '@karrio/embedded';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AppendRefused,
  connectEventStore,
  loadValue,
  RevisionConflict,
  storeValue,
  type EventStore,
  type NewEvent,
  type Recorded,
} from '../src/index.ts';

const metadata: EventMetadata = {
  org: 'org_1',
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
};
const anEvent = (data: object = {}, type = 'Happened'): NewEvent => ({
  id: randomUUID(),
  type,
  data,
  metadata,
});

let server: Awaited<ReturnType<typeof startEventStore>>;
let store: EventStore;

beforeAll(async () => {
  server = await startEventStore();
  store = connectEventStore({ url: server.url, log: createLogger('test', 'silent') });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await server.stop();
});

const aStream = () => streams.run(randomUUID());

describe('an append', () => {
  it('is read back whole, in order, with characters of every width', async () => {
    const stream = aStream();
    const data = { text: 'Zoë ✓ 注文 🚚 "quoted"\n', number: 1.5, nested: [null, true] };
    await store.append(stream, [anEvent(data), anEvent({ second: true }, 'Ångström')], 'no-stream');
    const events = await store.read(stream);
    expect(events.map(({ type, revision }) => [type, revision])).toEqual([
      ['Happened', 0],
      ['Ångström', 1],
    ]);
    expect(events[0]).toMatchObject({ data, metadata, stream });
  });

  it('is the last one that its stream has, until there is another', async () => {
    const stream = aStream();
    expect(await store.readLast(stream)).toBeUndefined();
    await store.append(stream, [anEvent({ n: 0 }), anEvent({ n: 1 })], 'no-stream');
    expect(await store.readLast(stream)).toMatchObject({ revision: 1, data: { n: 1 } });
    await store.append(stream, [anEvent({ n: 2 })], 1);
    expect(await store.readLast(stream)).toMatchObject({ revision: 2, data: { n: 2 } });
  });

  it('answers with the revision and the position that reads show', async () => {
    const stream = aStream();
    const first = await store.append(stream, [anEvent(), anEvent()], 'no-stream');
    expect(first.revision).toBe(1);
    const second = await store.append(stream, [anEvent()], 1);
    expect(second.revision).toBe(2);
    const last = (await store.read(stream)).at(-1);
    expect(last).toMatchObject({ revision: 2, position: second.position });
  });

  it('of an outdated writer is refused, and says where the stream stands', async () => {
    const stream = aStream();
    await store.append(stream, [anEvent(), anEvent()], 'no-stream');
    await expect(store.append(stream, [anEvent()], 'no-stream')).rejects.toMatchObject({ actual: 1 });
    await expect(store.append(stream, [anEvent()], 0)).rejects.toBeInstanceOf(RevisionConflict);
    await expect(store.append(aStream(), [anEvent()], 4)).rejects.toMatchObject({ actual: 'no-stream' });
  });

  it('repeated with the same event ids has the effect of once', async () => {
    const stream = aStream();
    const events = [anEvent(), anEvent()];
    const first = await store.append(stream, events, 'no-stream');
    expect(await store.append(stream, events, 'no-stream')).toEqual(first);
    expect(await store.read(stream)).toHaveLength(2);
  });

  it('over the size limit is refused for good, and those beside it are not harmed', async () => {
    const beside = store.append(aStream(), [anEvent()], 'no-stream');
    const tooLarge = store.append(aStream(), [anEvent({ text: 'x'.repeat(2 ** 21) })], 'no-stream');
    await expect(tooLarge).rejects.toBeInstanceOf(AppendRefused);
    await expect(beside).resolves.toMatchObject({ revision: 0 });
  });

  it('matches a thousand answers at once to their callers', async () => {
    const appended = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        store.append(
          aStream(),
          Array.from({ length: 1 + (index % 3) }, () => anEvent()),
          'no-stream',
        ),
      ),
    );
    expect(appended.map(({ revision }) => revision)).toEqual(appended.map((_, index) => index % 3));
  });
});

describe('following the log', () => {
  const collect = async (from: bigint | undefined, count: number, prefix: string) => {
    const closing = new AbortController();
    const events: Recorded[] = [];
    const filter = { streamPrefixes: [`run-${prefix}`] };
    for await (const batch of store.follow({ from, filter, signal: closing.signal, batchMax: 10 })) {
      events.push(...batch.events);
      if (events.length >= count) closing.abort();
    }
    return events;
  };

  it('gives what was there and what comes, once each and in order, however small the batches are', async () => {
    const prefix = randomUUID();
    const append = async (index: number) =>
      store.append(streams.run(`${prefix}-${index}`), [anEvent({ index })], 'no-stream');
    for (let index = 0; index < 25; index++) await append(index);
    const collected = collect(undefined, 50, prefix);
    for (let index = 25; index < 50; index++) await append(index);
    const events = await collected;
    expect(events.map(({ data }) => data)).toEqual(Array.from({ length: 50 }, (_, index) => ({ index })));
    const positions = events.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('resumes after a position', async () => {
    const prefix = randomUUID();
    const first = await store.append(streams.run(`${prefix}-1`), [anEvent({ index: 1 })], 'no-stream');
    await store.append(streams.run(`${prefix}-2`), [anEvent({ index: 2 })], 'no-stream');
    const events = await collect(first.position, 1, prefix);
    expect(events.map(({ data }) => data)).toEqual([{ index: 2 }]);
  });

  it('moves its position over what the filter leaves out, so that a restart does not read it again', async () => {
    const closing = new AbortController();
    const { position: head } = await store.append(aStream(), [anEvent()], 'no-stream');
    const filter = { streamPrefixes: ['nothing-like-this'] };
    for await (const { position, isCaughtUp } of store.follow({
      from: undefined,
      filter,
      signal: closing.signal,
    })) {
      if (isCaughtUp && position >= head) closing.abort();
    }
    expect(closing.signal.aborted).toBe(true);
  });
});

describe('a value', () => {
  it('stays in its event while it is small, and has a stream of its own when it is large', async () => {
    const small = { orders: ['a'] };
    expect(await storeValue(store, small, metadata)).toEqual({ json: small });
    const large = { text: '注文'.repeat(200_000) };
    const stored = await storeValue(store, large, metadata);
    expect(stored).toHaveProperty('blob');
    expect(await storeValue(store, large, metadata)).toEqual(stored);
    expect(await loadValue(store, stored)).toEqual(large);
  });

  it('of one organisation is not shared with another', async () => {
    const large = { text: 'x'.repeat(100_000) };
    const mine = await storeValue(store, large, metadata);
    const theirs = await storeValue(store, large, { ...metadata, org: 'org_2' });
    expect(mine).not.toEqual(theirs);
  });
});

describe('a store that dies and comes back', () => {
  it('costs a writer time and no event, and a reader neither an event nor a repetition', async () => {
    await using folder = await temporaryFolder();
    const port = await freePort();
    const first = await startEventStore({ dataDir: folder.path, port });
    await using client = connectEventStore({
      url: first.url,
      log: createLogger('test', 'silent'),
      patienceMs: 60_000,
    });
    const closing = new AbortController();
    const seen: unknown[] = [];
    const reading = (async () => {
      const filter = { streamPrefixes: ['run-'] };
      for await (const { events } of client.follow({ from: undefined, filter, signal: closing.signal })) {
        seen.push(...events.map(({ data }) => data));
      }
    })();
    const append = (index: number) => client.append(aStream(), [anEvent({ index })], 'no-stream');
    for (let index = 0; index < 20; index++) await append(index);
    await first.kill();
    const meanwhile = Promise.all(Array.from({ length: 20 }, (_, index) => append(20 + index)));
    await using _second = await startEventStore({ dataDir: folder.path, port });
    await meanwhile;
    await eventually('all is read', () => seen.length >= 40);
    closing.abort();
    await reading;
    const indexes = seen.map((data) =>
      data && typeof data === 'object' && 'index' in data ? data.index : data,
    );
    expect(indexes.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 40 }, (_, index) => index),
    );
  });
});
