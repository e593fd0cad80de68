import { binaryEvent, jsonEvent, type EventData } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { collect, newStream } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client, credentials } = server;
afterAll(() => server[Symbol.asyncDispose]());

const plain = (value: unknown) => (value instanceof Uint8Array ? Uint8Array.from(value) : value);

describe.each([
  ['on the shared call', {}],
  ['in a call of its own', { credentials }],
])('an event that is appended %s', (_way, options) => {
  it.each<[string, EventData]>([
    ['an object', jsonEvent({ type: 'T', data: { deep: { list: [1, 'two', null, true] } } })],
    ['a string of many scripts', jsonEvent({ type: 'T', data: 'CC ‐ 1830 · 流 · 🚚 · \u0018 · \u0118' })],
    ['JSON with metadata in JSON', jsonEvent({ type: 'T', data: {}, metadata: { reason: 'ü' } })],
    ['JSON with metadata in bytes', jsonEvent({ type: 'T', data: {}, metadata: Uint8Array.of(0, 255, 7) })],
    ['bytes', binaryEvent({ type: 'T', data: Uint8Array.from({ length: 256 }, (_, byte) => byte) })],
    ['bytes with metadata in JSON', binaryEvent({ type: 'T', data: Uint8Array.of(1), metadata: { a: 1 } })],
    ['no bytes at all', binaryEvent({ type: 'T', data: new Uint8Array() })],
    ['a type of many scripts', jsonEvent({ type: 'Größe 流 🚚/\\"', data: {} })],
    ['an id that was chosen', jsonEvent({ id: randomUUID(), type: 'T', data: {} })],
  ])('comes back with %s', async (_name, event) => {
    const stream = newStream('content');
    await client.appendToStream(stream, event, options);
    const [{ event: read } = {}] = await collect(client.readStream(stream));

    expect(read).toMatchObject({
      id: event.id,
      type: event.type,
      streamId: stream,
      isJson: event.contentType === 'application/json',
    });
    expect(plain(read?.data)).toEqual(plain(event.data));
    expect(plain(read?.metadata)).toEqual(plain(event.metadata));
  });

  it('is stamped with the time of the server', async () => {
    const stream = newStream('created');
    const before = Date.now();
    await client.appendToStream(stream, jsonEvent({ type: 'T', data: {} }), options);
    const [{ event } = {}] = await collect(client.readStream(stream));

    // A server elsewhere has a clock of its own.
    expect(Math.abs((event?.created.getTime() ?? 0) - before)).toBeLessThan(60_000);
  });
});

describe('the name of a stream', () => {
  it.each(['größe/流 🚚', 'with space', 'a'.repeat(2000), '流'.repeat(500), 'cat-1@2#3%41', '$system-like'])(
    'may be %s',
    async (name) => {
      const stream = `${name}-${randomUUID()}`;
      await client.appendToStream(stream, jsonEvent({ type: 'T', data: {} }));
      const [read] = await collect(client.readStream(stream));
      expect(read?.event?.streamId).toBe(stream);
      await expect(client.deleteStream(stream, { expectedRevision: 7n })).rejects.toMatchObject({
        expectedVersion: 7n,
      });
    },
  );

  it('is not the name of another that differs in case', async () => {
    const stream = newStream('case');
    await client.appendToStream(stream, jsonEvent({ type: 'T', data: {} }));
    await expect(collect(client.readStream(stream.toUpperCase()))).rejects.toMatchObject({
      streamName: stream.toUpperCase(),
    });
  });
});
