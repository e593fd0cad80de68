import { ANY, ErrorType, NO_STREAM, StreamDeletedError } from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { events, newStream, seen } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
afterAll(() => server[Symbol.asyncDispose]());

const two = async () => {
  const stream = newStream('tombstone');
  await client.appendToStream(stream, events('A', 'B'));
  return stream;
};

describe('a tombstone', () => {
  it.each([ANY, 1n] as const)('ends a stream of two events, expecting %s', async (expectedRevision) => {
    const stream = await two();
    const { position } = await client.tombstoneStream(stream, { expectedRevision });
    expect(position?.commit).toBeGreaterThan(0n);
    await expect(seen(client.readStream(stream))).rejects.toMatchObject({
      type: ErrorType.STREAM_DELETED,
      streamName: stream,
    });
  });

  it.each([
    ['an older revision', 0n, 0n],
    // Of a tombstone the client gives the number that stands for it.
    ['no stream', NO_STREAM, -1n],
  ] as const)('that expects %s is refused', async (_name, expectedRevision, expectedVersion) => {
    const stream = await two();
    await expect(client.tombstoneStream(stream, { expectedRevision })).rejects.toMatchObject({
      type: ErrorType.WRONG_EXPECTED_VERSION,
      streamName: stream,
      expectedVersion,
      actualVersion: 1n,
    });
    expect(await seen(client.readStream(stream))).toEqual(['A@0', 'B@1']);
  });

  it.each([ANY, NO_STREAM] as const)(
    'ends a stream before it began, expecting %s',
    async (expectedRevision) => {
      const stream = newStream('never');
      await client.tombstoneStream(stream, { expectedRevision });
      await expect(client.appendToStream(stream, events('A'))).rejects.toBeInstanceOf(StreamDeletedError);
    },
  );

  it('leaves nothing that may be done to the stream', async () => {
    const stream = newStream('gone');
    await client.appendToStream(stream, events('A'));
    await client.tombstoneStream(stream);

    await expect(client.appendToStream(stream, events('B'))).rejects.toMatchObject({ streamName: stream });
    await expect(client.deleteStream(stream)).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.tombstoneStream(stream)).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.setStreamMetadata(stream, {})).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.getStreamMetadata(stream)).rejects.toBeInstanceOf(StreamDeletedError);
  });
});
