import { BACKWARDS, END, START, StreamNotFoundError } from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { collect, events, manyEvents, newStream, seen } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
afterAll(() => server[Symbol.asyncDispose]());

const five = newStream('five');
await client.appendToStream(five, events('A', 'B', 'C', 'D', 'E'));

describe('reading a stream', () => {
  it.each([
    ['forwards from the start', { fromRevision: START }, ['A@0', 'B@1', 'C@2', 'D@3', 'E@4']],
    ['forwards from a revision, itself included', { fromRevision: 3n }, ['D@3', 'E@4']],
    ['forwards, so many', { fromRevision: 1n, maxCount: 2 }, ['B@1', 'C@2']],
    ['forwards from behind the end', { fromRevision: 5n }, []],
    ['forwards from far behind the end', { fromRevision: 5_000_000_000n }, []],
    ['backwards from the end', { direction: BACKWARDS, fromRevision: END, maxCount: 2 }, ['E@4', 'D@3']],
    ['backwards from a revision', { direction: BACKWARDS, fromRevision: 1n }, ['B@1', 'A@0']],
    ['backwards from the start', { direction: BACKWARDS, fromRevision: START }, ['A@0']],
    ['backwards from behind the end', { direction: BACKWARDS, fromRevision: 99n, maxCount: 1 }, ['E@4']],
  ] as const)('%s', async (_name, options, expected) => {
    expect(await seen(client.readStream(five, options))).toEqual(expected);
  });

  it('that is not there is said to be not found, with its name', async () => {
    const stream = newStream('absent');
    await expect(seen(client.readStream(stream))).rejects.toMatchObject({ streamName: stream });
    for (const options of [{ fromRevision: 3n }, { direction: BACKWARDS, fromRevision: END }] as const)
      await expect(seen(client.readStream(stream, options))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('is complete and in order over thousands of events, both ways', async () => {
    const stream = newStream('thousands');
    for (let batch = 0; batch < 5; batch++) await client.appendToStream(stream, manyEvents(500));
    const forwards = await seen(client.readStream(stream));
    const backwards = await seen(client.readStream(stream, { direction: BACKWARDS, fromRevision: END }));

    expect(forwards).toEqual(Array.from({ length: 2500 }, (_, index) => `Many@${String(index)}`));
    expect(backwards).toEqual(forwards.toReversed());
    // Given up before its end.
    expect(await seen(client.readStream(stream), 2)).toEqual(['Many@0', 'Many@1']);
  });

  it('tells where in the log each event is', async () => {
    const read = await collect(client.readStream(five));
    for (const { event, link, commitPosition } of read) {
      expect(event?.position?.commit).toBe(commitPosition);
      expect(event?.streamId).toBe(five);
      expect(link).toBeUndefined();
    }
  });
});
