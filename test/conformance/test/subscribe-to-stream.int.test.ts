import { END, ErrorType, StreamDeletedError } from '@eventstore/db-client';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { events, manyEvents, newStream, seen } from '../src/events.ts';
import { listen } from '../src/listen.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
afterAll(() => server[Symbol.asyncDispose]());

const hears = (heard: readonly string[], expected: readonly string[]) =>
  vi.waitFor(() => expect(heard).toEqual(expected), { timeout: 30_000 });

describe('a subscription to a stream', () => {
  it('is confirmed, catches up, says so once, and follows', async () => {
    const stream = newStream('follow');
    await client.appendToStream(stream, events('A', 'B'));
    const heard = listen(client.subscribeToStream(stream));
    await hears(heard, ['confirmation', 'A@0', 'B@1', 'caught up']);
    await client.appendToStream(newStream('another'), events('X'));
    await client.appendToStream(stream, events('C', 'D'));

    await hears(heard, ['confirmation', 'A@0', 'B@1', 'caught up', 'C@2', 'D@3']);
  });

  it.each([
    ['a revision, behind it', { fromRevision: 1n }, ['C@2']],
    ['the last revision, behind it', { fromRevision: 2n }, []],
    ['a revision to come, behind it', { fromRevision: 3n }, []],
    ['the end', { fromRevision: END }, []],
  ] as const)('begins at %s', async (_name, options, there) => {
    const stream = newStream('from');
    await client.appendToStream(stream, events('A', 'B', 'C'));
    const heard = listen(client.subscribeToStream(stream, options));
    await hears(heard, ['confirmation', ...there, 'caught up']);
    await client.appendToStream(stream, events('D', 'E'));
    const isSkipped = 'fromRevision' in options && options.fromRevision === 3n;

    await hears(heard, ['confirmation', ...there, 'caught up', ...(isSkipped ? [] : ['D@3']), 'E@4']);
  });

  it('waits for a stream that is not there yet', async () => {
    const stream = newStream('to-come');
    const heard = listen(client.subscribeToStream(stream));
    await hears(heard, ['confirmation', 'caught up']);
    await client.appendToStream(stream, events('A'));

    await hears(heard, ['confirmation', 'caught up', 'A@0']);
  });

  it('waits over a soft delete, and goes on with what comes then', async () => {
    const stream = newStream('soft');
    await client.appendToStream(stream, events('A'));
    const heard = listen(client.subscribeToStream(stream));
    await hears(heard, ['confirmation', 'A@0', 'caught up']);
    await client.deleteStream(stream);
    await client.appendToStream(stream, events('B'));

    await hears(heard, ['confirmation', 'A@0', 'caught up', 'B@1']);
  });

  it('ends with its stream, after the event that says so', async () => {
    const stream = newStream('ending');
    await client.appendToStream(stream, events('A'));
    const heard = listen(client.subscribeToStream(stream));
    await hears(heard, ['confirmation', 'A@0', 'caught up']);
    await client.tombstoneStream(stream);

    const end = ['$streamDeleted@9223372036854775807', ErrorType.STREAM_DELETED];
    await hears(heard, ['confirmation', 'A@0', 'caught up', ...end]);
  });

  it('to a stream that was deleted for good is refused', async () => {
    const stream = newStream('deleted');
    await client.tombstoneStream(stream, { expectedRevision: 'no_stream' });
    await expect(seen(client.subscribeToStream(stream))).rejects.toBeInstanceOf(StreamDeletedError);
  });

  it('shows what the metadata lets show', async () => {
    const stream = newStream('limited');
    await client.appendToStream(stream, events('A', 'B', 'C'));
    await client.setStreamMetadata(stream, { truncateBefore: 1, maxCount: 10 });
    await hears(listen(client.subscribeToStream(stream)), ['confirmation', 'B@1', 'C@2', 'caught up']);
  });

  it('gets each event once while it catches up and others write', async () => {
    const stream = newStream('busy');
    for (let batch = 0; batch < 10; batch++) await client.appendToStream(stream, manyEvents(100));
    const reading = seen(client.subscribeToStream(stream), 2000);
    for (let batch = 0; batch < 10; batch++) await client.appendToStream(stream, manyEvents(100));

    expect(await reading).toEqual(Array.from({ length: 2000 }, (_, index) => `Many@${String(index)}`));
  });

  it('is over when the client says so', async () => {
    const stream = newStream('over');
    await client.appendToStream(stream, events('A'));
    const subscription = client.subscribeToStream(stream);
    const heard = listen(subscription);
    await hears(heard, ['confirmation', 'A@0', 'caught up']);
    await subscription.unsubscribe();
    await client.appendToStream(stream, events('B'));
    expect(await seen(client.subscribeToStream(stream), 2)).toEqual(['A@0', 'B@1']);

    expect(heard).toEqual(['confirmation', 'A@0', 'caught up']);
  });
});
