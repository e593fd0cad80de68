import { BACKWARDS, END, jsonEvent, StreamNotFoundError } from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { events, newStream, seen } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
afterAll(() => server[Symbol.asyncDispose]());

const five = async () => {
  const stream = newStream('limited');
  await client.appendToStream(stream, events('A', 'B', 'C', 'D', 'E'));
  return stream;
};

const bothWays = async (stream: string) => {
  const forwards = await seen(client.readStream(stream));
  const backwards = await seen(client.readStream(stream, { direction: BACKWARDS, fromRevision: END }));
  expect(backwards).toEqual(forwards.toReversed());
  return forwards;
};

describe('stream metadata', () => {
  it('comes back as it was set, own keys and roles included', async () => {
    const stream = newStream('described');
    const metadata = {
      maxCount: 3,
      maxAge: 100,
      truncateBefore: 2,
      cacheControl: 4,
      acl: { readRoles: ['admin'], writeRoles: ['admin', 'ops'] },
      turkey: '🦃',
    };
    await client.setStreamMetadata(stream, metadata);
    expect(await client.getStreamMetadata(stream)).toMatchObject({ streamName: stream, metadata });
    await client.setStreamMetadata(stream, { maxCount: 7 });
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 7 });
  });

  it('is none where none was set', async () => {
    expect((await client.getStreamMetadata(newStream('undescribed'))).metadata).toBeUndefined();
  });

  it('does not make a stream', async () => {
    const stream = newStream('only-described');
    await client.setStreamMetadata(stream, { maxCount: 7 });
    await expect(seen(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('is the last event of a stream of its own, which shows no other', async () => {
    const stream = newStream('meta');
    for (const maxCount of [1, 2, 3]) await client.setStreamMetadata(stream, { maxCount });
    expect(await bothWays(`$$${stream}`)).toEqual(['$metadata@2']);
  });

  it('may be expected to be at a revision', async () => {
    const stream = newStream('expected');
    await client.setStreamMetadata(stream, { maxCount: 1 }, { expectedRevision: 'no_stream' });
    await client.setStreamMetadata(stream, { maxCount: 2 }, { expectedRevision: 0n });
    await expect(
      client.setStreamMetadata(stream, { maxCount: 3 }, { expectedRevision: 0n }),
    ).rejects.toMatchObject({ actualVersion: 1n });
  });
});

describe('a stream shows', () => {
  it.each([
    ['as many as it may hold', { maxCount: 2 }, ['D@3', 'E@4']],
    ['none before its truncation', { truncateBefore: 3 }, ['D@3', 'E@4']],
    ['nothing, truncated behind its end', { truncateBefore: 5 }, []],
    ['what is left by both limits', { maxCount: 3, truncateBefore: 3 }, ['D@3', 'E@4']],
    ['what is left by both limits, the other way', { maxCount: 1, truncateBefore: 3 }, ['E@4']],
    ['what is young enough', { maxAge: 1000 }, ['A@0', 'B@1', 'C@2', 'D@3', 'E@4']],
    [
      'everything, by keys that are not limits',
      { cacheControl: 1, own: 2 },
      ['A@0', 'B@1', 'C@2', 'D@3', 'E@4'],
    ],
  ])('%s', async (_name, metadata, expected) => {
    const stream = await five();
    await client.setStreamMetadata(stream, metadata);
    expect(await bothWays(stream)).toEqual(expected);
  });

  it('nothing that is older than it may be', async () => {
    const stream = await five();
    await client.setStreamMetadata(stream, { maxAge: 1 });
    await expect.poll(() => seen(client.readStream(stream)), { timeout: 30_000 }).toEqual([]);
    // Read within a second of its append, it shows.
    const appendAndRead = async () => {
      const { nextExpectedRevision } = await client.appendToStream(stream, events('F'));
      const shown = await bothWays(stream);
      return shown.at(-1) === `F@${nextExpectedRevision}` && !shown.includes('E@4');
    };
    await expect.poll(appendAndRead, { timeout: 30_000 }).toBe(true);
  });

  it('more again when its limits are lifted', async () => {
    const stream = await five();
    await client.setStreamMetadata(stream, { maxCount: 1 });
    expect(await bothWays(stream)).toEqual(['E@4']);
    await client.setStreamMetadata(stream, {});
    expect(await bothWays(stream)).toHaveLength(5);
  });

  it('a part of it that was asked for, and no more than it may', async () => {
    const stream = await five();
    await client.setStreamMetadata(stream, { truncateBefore: 2 });
    expect(await seen(client.readStream(stream, { fromRevision: 0n, maxCount: 2 }))).toEqual(['C@2', 'D@3']);
    expect(await seen(client.readStream(stream, { fromRevision: 1n, direction: BACKWARDS }))).toEqual([]);
  });

  it('everything, where its metadata holds a limit that is no number', async () => {
    const stream = await five();
    await client.appendToStream(
      `$$${stream}`,
      jsonEvent({ type: '$metadata', data: { $maxCount: 'two', $tb: 3 } }),
    );
    expect(await bothWays(stream)).toHaveLength(5);
  });
});
