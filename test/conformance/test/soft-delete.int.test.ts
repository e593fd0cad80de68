import {
  ANY,
  END,
  BACKWARDS,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { events, newStream, seen } from '../src/events.ts';
import { rawCalls } from '../src/raw-calls.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
const raw = rawCalls(client);
afterAll(() => server[Symbol.asyncDispose]());

const two = async () => {
  const stream = newStream('soft');
  await client.appendToStream(stream, events('A', 'B'));
  return stream;
};

const deleted = async () => {
  const stream = await two();
  await client.deleteStream(stream);
  return stream;
};

describe('a soft delete', () => {
  it('hides the stream, and tells where in the log it is', async () => {
    const stream = await two();
    const { position } = await client.deleteStream(stream);

    expect(position?.commit).toBeGreaterThan(0n);
    for (const options of [{}, { direction: BACKWARDS, fromRevision: END }] as const)
      await expect(seen(client.readStream(stream, options))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it.each([ANY, 1n] as const)('takes a stream of two events, expecting %s', async (expectedRevision) => {
    const stream = await two();
    await client.deleteStream(stream, { expectedRevision });
    await expect(seen(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it.each([
    ['an older revision', 0n, 0n],
    ['a revision to come', 2n, 2n],
    // Of a delete the client gives the number that stands for it.
    ['no stream', NO_STREAM, -1n],
  ] as const)('that expects %s is refused', async (_name, expectedRevision, expectedVersion) => {
    const stream = await two();
    await expect(client.deleteStream(stream, { expectedRevision })).rejects.toMatchObject({
      streamName: stream,
      expectedVersion,
      actualVersion: 1n,
    });
    expect(await seen(client.readStream(stream))).toEqual(['A@0', 'B@1']);
  });

  it.each([ANY, NO_STREAM] as const)(
    'of a stream that is not there is refused, expecting %s',
    async (expectedRevision) => {
      const deleting = client.deleteStream(newStream('absent'), { expectedRevision });
      await expect(deleting).rejects.toBeInstanceOf(WrongExpectedVersionError);
    },
  );

  it('takes a stream that has metadata alone', async () => {
    const stream = newStream('described');
    await client.setStreamMetadata(stream, { cacheControl: 10 });
    await client.deleteStream(stream, { expectedRevision: NO_STREAM });
    expect(await client.appendToStream(stream, events('A'))).toMatchObject({ nextExpectedRevision: 0n });
  });

  it('may be repeated', async () => {
    const stream = await deleted();
    await client.deleteStream(stream);
    await client.deleteStream(stream, { expectedRevision: NO_STREAM });
    await expect(seen(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });
});

describe('a stream that was deleted softly', () => {
  it.each([
    ['any', ANY],
    ['no stream', NO_STREAM],
    ['its last revision', 1n],
  ] as const)(
    'comes back where an append expects %s, behind its old revisions',
    async (_name, expectedRevision) => {
      const stream = await deleted();
      const { nextExpectedRevision } = await client.appendToStream(stream, events('C', 'D'), {
        expectedRevision,
      });

      expect(nextExpectedRevision).toBe(3n);
      expect(await seen(client.readStream(stream))).toEqual(['C@2', 'D@3']);
      expect((await client.getStreamMetadata(stream)).metadata).toEqual({ truncateBefore: 2 });
      expect(await seen(client.readStream(`$$${stream}`))).toEqual(['$metadata@1']);
    },
  );

  it('does not exist for an append that expects it to', async () => {
    const stream = await deleted();
    await expect(
      client.appendToStream(stream, events('C'), { expectedRevision: STREAM_EXISTS }),
    ).rejects.toBeInstanceOf(StreamDeletedError);
  });

  it('comes back once: the next append that expects no stream is refused', async () => {
    const stream = await deleted();
    await client.appendToStream(stream, events('C'), { expectedRevision: NO_STREAM });
    await expect(
      client.appendToStream(stream, events('D'), { expectedRevision: NO_STREAM }),
    ).rejects.toMatchObject({ actualVersion: 2n });
  });

  it('keeps the rest of its metadata when it comes back', async () => {
    const stream = await two();
    const kept = { $maxCount: 100, $acl: { $d: 'some-role' }, key: true, text: 'some value' };
    const json = JSON.stringify(kept).replace('{', '{"$tb":9223372036854775807,');
    // 2^63 - 1 is no number of JavaScript, so the client can not send it.
    await raw.append(`$$${stream}`, [
      { metadata: { type: '$metadata', 'content-type': 'application/json' }, data: json },
    ]);
    await client.appendToStream(stream, events('C'), { expectedRevision: 1n });
    const read = await client.getStreamMetadata<{ key: boolean; text: string }>(stream);

    expect(await seen(client.readStream(stream))).toEqual(['C@2']);
    expect(read.metadata).toMatchObject({ truncateBefore: 2, maxCount: 100, key: true, text: 'some value' });
  });

  it('comes back with new metadata, and keeps its old events hidden', async () => {
    const stream = await deleted();
    await client.setStreamMetadata(stream, { maxCount: 100, own: 17 });

    expect(await seen(client.readStream(stream))).toEqual([]);
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({
      maxCount: 100,
      own: 17,
      truncateBefore: 2,
    });
    await client.appendToStream(stream, events('C'), { expectedRevision: STREAM_EXISTS });
    expect(await seen(client.readStream(stream))).toEqual(['C@2']);
  });

  it('may still be deleted for good', async () => {
    const stream = await deleted();
    await client.tombstoneStream(stream);
    await expect(seen(client.readStream(stream))).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.appendToStream(stream, events('C'))).rejects.toBeInstanceOf(StreamDeletedError);
  });
});
