import { jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { collect, events, newStream, seen } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
afterAll(() => server[Symbol.asyncDispose]());

const large = () => [jsonEvent({ type: 'Large', data: { text: 'x'.repeat(50_000) } })];

describe('a subscriber that does not read', () => {
  it('holds up neither the writer nor another subscriber, and has lost nothing when it reads again', async () => {
    const stream = newStream('slow');
    const { position } = await client.appendToStream(stream, events('First'));
    if (!position) throw new Error('no position');
    const filter = streamNameFilter({ prefixes: [stream] });
    const stalled = client.subscribeToAll({ fromPosition: position, filter });
    stalled.pause();
    const other = seen(client.subscribeToStream(stream, { fromRevision: 0n }), 400);
    for (let index = 0; index < 400; index++) await client.appendToStream(stream, large());
    await other;
    stalled.resume();

    expect((await collect(stalled, 400)).map(({ event }) => event?.revision)).toEqual(
      Array.from({ length: 400 }, (_, index) => BigInt(index + 1)),
    );
  });
});
