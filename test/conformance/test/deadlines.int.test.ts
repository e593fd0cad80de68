import { DeadlineExceededError, StreamNotFoundError } from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { events, manyEvents, newStream, seen } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client, credentials } = server;
afterAll(() => server[Symbol.asyncDispose]());

describe('a deadline', () => {
  it.each([
    ['on the shared call', {}],
    ['in a call of its own', { credentials }],
  ])('that has passed fails an append %s, which writes nothing', async (_way, options) => {
    const stream = newStream('late');
    const late = client.appendToStream(stream, events('A'), { ...options, deadline: -1000 });
    await expect(late).rejects.toBeInstanceOf(DeadlineExceededError);
    await expect(seen(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it.each([
    ['on the shared call', {}],
    ['in a call of its own', { credentials }],
  ])('that passes while an append is on its way fails it: %s', async (_way, options) => {
    const late = client.appendToStream(newStream('late'), manyEvents(30_000), { ...options, deadline: 1 });
    await expect(late).rejects.toBeInstanceOf(DeadlineExceededError);
  });

  it('of one append is none of the others', async () => {
    const stream = newStream('others');
    const appends = Array.from({ length: 20 }, (_, index) =>
      client.appendToStream(stream, events('E'), index % 2 === 0 ? { deadline: -1 } : {}),
    );
    const outcomes = (await Promise.allSettled(appends)).map(({ status }) => status);

    expect(outcomes).toEqual(outcomes.map((_, index) => (index % 2 === 0 ? 'rejected' : 'fulfilled')));
    expect(await seen(client.readStream(stream))).toHaveLength(10);
  });
});
