import {
  BACKWARDS,
  binaryEvent,
  END,
  ErrorType,
  EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { startEventStore, type EventStoreServer } from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, events } from './collect.ts';

let server: EventStoreServer;
let client: EventStoreDBClient;

beforeAll(async () => {
  server = await startEventStore();
  client = EventStoreDBClient.connectionString(server.url);
});
afterAll(async () => {
  await client.dispose();
  await server[Symbol.asyncDispose]();
});

// The client appends in one of two ways; credentials of the call choose the second.
const ways = [
  ['on the shared call', {}],
  ['in a call of its own', { credentials: { username: 'u', password: 'p' } }],
] as const;

describe.each(ways)('an append %s', (way, options) => {
  const name = (text: string) => `${text}, ${way}`;

  it('gives the events consecutive revisions and says where they are', async () => {
    const stream = name('consecutive');
    const first = await client.appendToStream(stream, events('A', 'B'), options);
    const second = await client.appendToStream(stream, events('C'), { ...options, expectedRevision: 1n });

    expect([first.nextExpectedRevision, second.nextExpectedRevision]).toEqual([1n, 2n]);
    expect(second.position?.commit).toBeGreaterThan(first.position?.commit ?? 0n);
    expect(await collect(client.readStream(stream))).toEqual(['A@0', 'B@1', 'C@2']);
  });

  it('that expects another revision writes nothing and is told the current one', async () => {
    const stream = name('conflict');
    await client.appendToStream(stream, events('A', 'B'), options);

    for (const expectedRevision of [NO_STREAM, 0n, 5n] as const) {
      await expect(
        client.appendToStream(stream, events('X'), { ...options, expectedRevision }),
      ).rejects.toMatchObject({
        type: ErrorType.WRONG_EXPECTED_VERSION,
        actualVersion: 1n,
        expectedVersion: expectedRevision,
      });
    }
    await expect(
      client.appendToStream(name('absent'), events('X'), { ...options, expectedRevision: STREAM_EXISTS }),
    ).rejects.toMatchObject({ actualVersion: NO_STREAM });
    expect(await collect(client.readStream(stream))).toEqual(['A@0', 'B@1']);
  });

  it('that is repeated has the effect and the answer of the first', async () => {
    for (const expectedRevision of ['any', NO_STREAM] as const) {
      const stream = name(`repeated ${expectedRevision}`);
      const batch = events('A', 'B');
      const first = await client.appendToStream(stream, batch, { ...options, expectedRevision });
      await client.appendToStream(stream, events('C'), options);
      const again = await client.appendToStream(stream, batch, { ...options, expectedRevision });

      expect(again).toEqual(first);
      expect(await collect(client.readStream(stream))).toEqual(['A@0', 'B@1', 'C@2']);
    }
  });

  it('of more than 1 MiB is refused whole', async () => {
    const large = jsonEvent({ type: 'Large', data: { text: 'x'.repeat(600_000) } });
    const stream = name('large');
    await client.appendToStream(stream, [large], options);

    await expect(
      client.appendToStream(
        stream,
        [events('A')[0] ?? large, { ...large, id: events('B')[0]?.id ?? '' }, large],
        options,
      ),
    ).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
    expect(await collect(client.readStream(stream))).toEqual(['Large@0']);
  });

  it('keeps every byte of names, types, data and metadata', async () => {
    const stream = name('größe/流 🚚');
    const sent = [
      jsonEvent({ type: 'Größe 🚚', data: { text: '流' }, metadata: { grund: 'ü' } }),
      binaryEvent({ type: 'bytes', data: Uint8Array.from([0, 255, 128]), metadata: Uint8Array.from([7]) }),
    ];
    await client.appendToStream(stream, sent, options);
    const read = [];
    for await (const { event } of client.readStream(stream)) read.push(event);

    expect(read).toMatchObject(
      sent.map(({ id, type, data, metadata, contentType }) => ({
        id,
        type,
        data: data instanceof Uint8Array ? Uint8Array.from(data) : data,
        metadata: metadata instanceof Uint8Array ? Uint8Array.from(metadata) : metadata,
        isJson: contentType === 'application/json',
        streamId: stream,
      })),
    );
  });
});

describe('an append', () => {
  it('in many chunks is one append', async () => {
    const many = Array.from({ length: 200 }, (_, index) => jsonEvent({ type: 'Many', data: { index } }));
    await client.appendToStream('chunked', many, { batchAppendSize: 500, expectedRevision: NO_STREAM });

    expect(await collect(client.readStream('chunked'))).toHaveLength(200);
  });

  it('whose deadline has passed writes nothing', async () => {
    const many = Array.from({ length: 10_000 }, () => jsonEvent({ type: 'Late', data: {} }));
    await expect(client.appendToStream('late', many, { deadline: 1 })).rejects.toMatchObject({
      type: ErrorType.DEADLINE_EXCEEDED,
    });
    await expect(collect(client.readStream('late'))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('with an id that is no UUID is refused alone', async () => {
    const [event] = events('A');
    const refused = client.appendToStream(
      'bad-id',
      [{ ...event, type: 'A', id: 'nonsense' }].map((e) => jsonEvent({ ...e, data: {} })),
    );
    const accepted = client.appendToStream('good-id', events('B'));

    await expect(refused).rejects.toThrow('Could not recognize');
    expect((await accepted).success).toBe(true);
  });

  it('is never lost or doubled among hundreds at once', async () => {
    const appends = Array.from({ length: 500 }, (_, index) =>
      client.appendToStream(`crowd-${String(index % 7)}`, events(`E${String(index)}`)),
    );
    await Promise.all(appends);
    const all = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6].map((n) => collect(client.readStream(`crowd-${String(n)}`))),
    );

    expect(new Set(all.flat().map((text) => text.split('@')[0])).size).toBe(500);
    for (const [n, seen] of all.entries()) {
      expect(seen.map((text) => Number(text.split('@')[1]))).toEqual(seen.map((_, index) => index));
      expect(seen.length).toBe(n < 3 ? 72 : 71);
    }
  });

  it('wins against another with the same expectation exactly once', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        client.appendToStream('race', events('Won'), { expectedRevision: NO_STREAM }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await collect(client.readStream('race'))).toEqual(['Won@0']);
  });
});

describe('reading a stream', () => {
  beforeAll(async () => {
    await client.appendToStream('five', events('A', 'B', 'C', 'D', 'E'));
  });

  it.each([
    ['forwards from a revision', { fromRevision: 2n, maxCount: 2 }, ['C@2', 'D@3']],
    ['forwards from behind the end', { fromRevision: 9n }, []],
    ['forwards from the end', { fromRevision: END }, []],
    ['backwards from the end', { direction: BACKWARDS, fromRevision: END, maxCount: 2 }, ['E@4', 'D@3']],
    ['backwards from a revision', { direction: BACKWARDS, fromRevision: 1n }, ['B@1', 'A@0']],
    ['backwards from behind the end', { direction: BACKWARDS, fromRevision: 9n, maxCount: 1 }, ['E@4']],
  ] as const)('%s', async (_name, options, expected) => {
    expect(await collect(client.readStream('five', options))).toEqual(expected);
  });

  it('that is not there is said to be not found', async () => {
    await expect(collect(client.readStream('nowhere'))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('follows links when asked to, and shows a broken one as it is', async () => {
    const [linked] = events('Linked');
    if (!linked) throw new Error('no event');
    await client.appendToStream('linked', [linked]);
    const link = (data: string) => binaryEvent({ type: '$>', data: Buffer.from(data) });
    await client.appendToStream('links', [link('0@linked'), link('7@linked')]);
    const seen = [];
    for await (const { event, link: followed } of client.readStream('links', { resolveLinkTos: true })) {
      seen.push([event?.type, followed?.type, followed?.revision]);
    }

    expect(seen).toEqual([
      ['Linked', '$>', 0n],
      [undefined, '$>', 1n],
    ]);
  });
});

describe('reading the whole log', () => {
  it('goes in the order of the log, from a position on, both ways', async () => {
    await client.appendToStream('all-a', events('AllA'));
    const middle = await client.appendToStream('all-b', events('AllB'));
    await client.appendToStream('all-a', events('AllC'));
    const { position } = middle;
    if (!position) throw new Error('no position');

    expect(await collect(client.readAll({ fromPosition: position }))).toEqual(['AllB@0', 'AllC@1']);
    expect(await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 2 }))).toEqual([
      'AllC@1',
      'AllB@0',
    ]);
    // Backwards, a position stands behind what is read, as in the real server.
    expect(
      await collect(client.readAll({ direction: BACKWARDS, fromPosition: position, maxCount: 1 })),
    ).toEqual(['AllA@0']);
  });

  it('shows what streams hide', async () => {
    await client.appendToStream('hidden', events('HiddenEvent'));
    await client.deleteStream('hidden');
    expect(await collect(client.readAll())).toContain('HiddenEvent@0');
  });
});

describe('stream metadata', () => {
  it('comes back as it was set', async () => {
    await client.setStreamMetadata('described', {
      maxCount: 3,
      maxAge: 100,
      truncateBefore: 2,
      cacheControl: 4,
      own: 'x',
    });
    const { metadata } = await client.getStreamMetadata('described');
    expect(metadata).toEqual({ maxCount: 3, maxAge: 100, truncateBefore: 2, cacheControl: 4, own: 'x' });
    expect((await client.getStreamMetadata('undescribed')).metadata).toBeUndefined();
  });

  it.each([
    ['the last ones', { maxCount: 2 }, ['D@3', 'E@4']],
    ['those from a revision on', { truncateBefore: 3 }, ['D@3', 'E@4']],
    ['all that are young enough', { maxAge: 1000 }, ['A@0', 'B@1', 'C@2', 'D@3', 'E@4']],
  ])('lets a stream show %s', async (_name, metadata, expected) => {
    const stream = `limited ${JSON.stringify(metadata)}`;
    await client.appendToStream(stream, events('A', 'B', 'C', 'D', 'E'));
    await client.setStreamMetadata(stream, metadata);
    const backwards = client.readStream(stream, { direction: BACKWARDS, fromRevision: END });

    expect(await collect(client.readStream(stream))).toEqual(expected);
    expect(await collect(backwards)).toEqual(expected.toReversed());
  });
});

describe('deleting a stream', () => {
  it('hides it until somebody appends again, with the next revision', async () => {
    await client.appendToStream('soft', events('A', 'B'));
    await client.setStreamMetadata('soft', { cacheControl: 9 });
    await client.deleteStream('soft', { expectedRevision: 1n });
    await expect(collect(client.readStream('soft'))).rejects.toBeInstanceOf(StreamNotFoundError);
    await expect(
      client.appendToStream('soft', events('X'), { expectedRevision: STREAM_EXISTS }),
    ).rejects.toBeInstanceOf(StreamDeletedError);

    const { nextExpectedRevision } = await client.appendToStream('soft', events('C'), {
      expectedRevision: NO_STREAM,
    });
    expect(nextExpectedRevision).toBe(2n);
    expect(await collect(client.readStream('soft'))).toEqual(['C@2']);
  });

  it('for good leaves nothing of it, and no way back', async () => {
    await client.appendToStream('gone', events('A'));
    await client.tombstoneStream('gone');

    await expect(collect(client.readStream('gone'))).rejects.toMatchObject({
      type: ErrorType.STREAM_DELETED,
      streamName: 'gone',
    });
    await expect(client.appendToStream('gone', events('B'))).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.deleteStream('gone')).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.tombstoneStream('gone')).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.setStreamMetadata('gone', {})).rejects.toBeInstanceOf(StreamDeletedError);
  });

  it.each(['deleteStream', 'tombstoneStream'] as const)('checks the revision: %s', async (method) => {
    const stream = `größe-${method}`;
    await client.appendToStream(stream, events('A', 'B'));
    await expect(client[method](stream, { expectedRevision: 0n })).rejects.toMatchObject({
      type: ErrorType.WRONG_EXPECTED_VERSION,
      expectedVersion: 0n,
      actualVersion: 1n,
    });
    expect(await collect(client.readStream(stream))).toEqual(['A@0', 'B@1']);
  });
});

describe('a server of one', () => {
  it('is found by discovery', async () => {
    const discovering = EventStoreDBClient.connectionString(server.url.replace('esdb:', 'esdb+discover:'));
    expect((await discovering.appendToStream('discovered', events('A'))).success).toBe(true);
    await discovering.dispose();
  });

  it('answers what it can not do at once', async () => {
    await expect(client.listProjections()).rejects.toThrow('is not implemented by this server');
  });
});
