import {
  AccessDeniedError,
  binaryEvent,
  jsonEvent,
  MaxAppendSizeExceededError,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { serverUrl } from '../src/config.ts';
import { collect, events, newStream, seen } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client, credentials } = server;
afterAll(() => server[Symbol.asyncDispose]());

const appendBytesMax = 1_048_576;
const bytes = (length: number) => binaryEvent({ type: 'Bytes', data: new Uint8Array(length) });

describe.each([
  ['on the shared call', {}],
  ['in a call of its own', { credentials }],
])('an append %s', (_way, options) => {
  it('takes as many bytes of data as it may have, in one event or in several', async () => {
    const stream = newStream('full');
    await client.appendToStream(stream, [bytes(appendBytesMax)], options);
    await client.appendToStream(stream, [bytes(appendBytesMax / 2), bytes(appendBytesMax / 2)], options);
    expect((await collect(client.readStream(stream))).map(({ event }) => plainLength(event?.data))).toEqual([
      appendBytesMax,
      appendBytesMax / 2,
      appendBytesMax / 2,
    ]);
  });

  it.each([
    ['one event', [bytes(appendBytesMax + 1)]],
    ['several events', [bytes(appendBytesMax / 2), bytes(appendBytesMax / 2), bytes(1)]],
    ['two times as much', [bytes(2 * appendBytesMax)]],
  ])('is refused whole with more, in %s', async (_name, batch) => {
    const stream = newStream('too-large');
    const refused = client.appendToStream(stream, batch, options);
    await expect(refused).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
    await expect(refused).rejects.toMatchObject({ maxAppendSize: appendBytesMax });
    await expect(seen(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('may have thousands of small events', async () => {
    const stream = newStream('small');
    const many = Array.from({ length: 5000 }, (_, index) => jsonEvent({ type: 'S', data: { index } }));
    expect(await client.appendToStream(stream, many, options)).toMatchObject({ nextExpectedRevision: 4999n });
  });
});

describe('ten thousand appends at once', () => {
  it('are all answered and all there', async () => {
    const stream = newStream('flood');
    // What takes a second takes ten on a busy machine, as long as the client waits unless told.
    const patience = { deadline: 60_000 };
    const appends = Array.from({ length: 10_000 }, () =>
      client.appendToStream(stream, events('F'), patience),
    );
    const revisions = (await Promise.all(appends)).map(({ nextExpectedRevision }) => nextExpectedRevision);

    expect(new Set(revisions).size).toBe(10_000);
    expect(await collect(client.readStream(stream, { fromRevision: 9_990n }))).toHaveLength(10);
  });
});

// EventStoreDB denies this where it knows its users, and does not ask where it knows none.
describe.skipIf(serverUrl !== undefined)('nobody', () => {
  it('writes to $all', async () => {
    await expect(client.appendToStream('$all', events('A'))).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(client.deleteStream('$all')).rejects.toBeInstanceOf(AccessDeniedError);
  });

  it('deletes the metadata of a stream apart from it', async () => {
    const stream = newStream('described');
    await client.setStreamMetadata(stream, { maxCount: 1 });
    await expect(client.deleteStream(`$$${stream}`)).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(client.tombstoneStream(`$$${stream}`)).rejects.toBeInstanceOf(AccessDeniedError);
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 1 });
  });
});

const plainLength = (data: unknown) => (data instanceof Uint8Array ? data.length : undefined);
