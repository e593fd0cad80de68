import { binaryEvent } from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { events, newStream, seen } from '../src/events.ts';
import { rawCalls } from '../src/raw-calls.ts';
import { serverUnderTest } from '../src/server-under-test.ts';
import { statusOf } from '../src/status-of.ts';

const server = await serverUnderTest();
const { client, credentials } = server;
const raw = rawCalls(client);
afterAll(() => server[Symbol.asyncDispose]());

/** The client makes its classes from these, and some of them without asking whether they are there. */
describe('the trailers of an error', () => {
  it.each(['deleteStream', 'tombstoneStream'] as const)('say a conflict: %s', async (method) => {
    const stream = newStream('conflict');
    await client.appendToStream(stream, events('A', 'B'));
    expect(await statusOf(client[method](stream, { expectedRevision: 7n }))).toMatchObject({
      code: 9,
      trailers: {
        exception: 'wrong-expected-version',
        'stream-name': stream,
        'expected-version': '7',
        'actual-version': '1',
      },
    });
  });

  it.each([
    ['no_stream', '-1'],
    ['any', '-2'],
  ] as const)('give the expectation %s as a number', async (expectedRevision, number) => {
    const stream = newStream('number');
    if (expectedRevision === 'no_stream') await client.appendToStream(stream, events('A'));
    const { trailers } = await statusOf(client.deleteStream(stream, { expectedRevision }));
    expect(trailers).toMatchObject({ exception: 'wrong-expected-version', 'expected-version': number });
  });

  it.each<[string, (stream: string) => Promise<unknown>]>([
    ['read', (stream) => seen(client.readStream(stream))],
    ['appended to', (stream) => client.appendToStream(stream, events('X'), { credentials })],
    ['deleted', (stream) => client.deleteStream(stream)],
    ['subscribed to', (stream) => seen(client.subscribeToStream(stream))],
  ])('name a stream that is gone when it is %s', async (_name, act) => {
    const stream = newStream('gone');
    await client.tombstoneStream(stream);
    expect(await statusOf(act(stream))).toMatchObject({
      code: 9,
      trailers: { exception: 'stream-deleted', 'stream-name': stream },
    });
  });

  it('give the size that an append may have', async () => {
    const large = binaryEvent({ type: 'L', data: new Uint8Array(1_048_577) });
    expect(await statusOf(client.appendToStream(newStream('large'), large, { credentials }))).toMatchObject({
      code: 3,
      trailers: { exception: 'maximum-append-size-exceeded', 'maximum-append-size': '1048576' },
    });
  });

  it.each([{ type: 'T' }, { 'content-type': 'application/json' }, {}])(
    'name the properties that an event needs, where it has %o',
    async (metadata) => {
      expect(await statusOf(raw.append(newStream('bare'), [{ metadata, data: '{}' }]))).toMatchObject({
        code: 3,
        trailers: {
          exception: 'missing-required-metadata-property',
          'required-metadata-properties': 'type,content-type',
        },
      });
    },
  );

  it('survive a name that no trailer can carry', async () => {
    const stream = newStream('größe-流-🚚');
    await client.tombstoneStream(stream);
    expect((await statusOf(client.deleteStream(stream))).trailers).toMatchObject({
      exception: 'stream-deleted',
    });
  });
});

describe('a read of a stream that is not there', () => {
  it('ends well: the message says it', async () => {
    await expect(seen(client.readStream(newStream('absent')))).rejects.toMatchObject({
      type: 'stream-not-found',
    });
  });
});
