import {
  END,
  eventTypeFilter,
  excludeSystemEvents,
  START,
  streamNameFilter,
  type Filter,
} from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { collect, events, newStream, seen } from '../src/events.ts';
import { listen } from '../src/listen.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
afterAll(() => server[Symbol.asyncDispose]());

const patience = { timeout: 30_000 };

const marker = async () => {
  const { position } = await client.appendToStream(newStream('marker'), events('Marker'));
  if (!position) throw new Error('no position');
  return position;
};

describe('a subscription to all streams', () => {
  it('begins behind its position, says once that it caught up, and follows', async () => {
    const fromPosition = await marker();
    const stream = newStream('follow');
    await client.appendToStream(stream, events('A', 'B'));
    const heard = listen(client.subscribeToAll({ fromPosition }));
    await vi.waitFor(() => expect(heard).toContain('caught up'), patience);
    await client.appendToStream(stream, events('C'));
    await vi.waitFor(() => expect(heard).toContain('C@2'), patience);

    expect(heard.filter((text) => !text.startsWith('$'))).toEqual([
      'confirmation',
      'A@0',
      'B@1',
      'caught up',
      'C@2',
    ]);
  });

  it('from the end is caught up at once', async () => {
    const heard = listen(client.subscribeToAll({ fromPosition: END }));
    await vi.waitFor(() => expect(heard.slice(0, 2)).toEqual(['confirmation', 'caught up']), patience);
    const stream = newStream('end');
    await client.appendToStream(stream, events('A'));
    await vi.waitFor(() => expect(heard).toContain('A@0'), patience);
  });

  it('shows events of the system, unless it leaves them out', async () => {
    const fromPosition = await marker();
    const stream = newStream('system');
    await client.setStreamMetadata(stream, { maxCount: 3 });
    await client.appendToStream(stream, events('A'));
    const filter = excludeSystemEvents();

    expect(await seen(client.subscribeToAll({ fromPosition }), 2)).toEqual(['$metadata@0', 'A@0']);
    expect(await seen(client.subscribeToAll({ fromPosition, filter }), 1)).toEqual(['A@0']);
  });

  it('gives every subscriber each event once and in the same order', async () => {
    const fromPosition = await marker();
    const prefix = newStream('crowd');
    const filter = streamNameFilter({ prefixes: [prefix] });
    const subscribers = Array.from({ length: 8 }, () =>
      collect(client.subscribeToAll({ fromPosition, filter }), 600),
    );
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        client.appendToStream(`${prefix}-${String(index % 7)}`, events('A', 'B', 'C')),
      ),
    );
    const [first, ...others] = (await Promise.all(subscribers)).map((read) =>
      read.map(({ event }) => event?.id),
    );

    expect(new Set(first).size).toBe(600);
    for (const other of others) expect(other).toEqual(first);
  });
});

describe('a filter', () => {
  const tag = randomUUID().slice(0, 8);

  it.each<[string, Filter, readonly string[]]>([
    ['prefixes of streams', streamNameFilter({ prefixes: [`${tag}-a`, `${tag}-b`] }), ['A', 'B']],
    ['a pattern of streams', streamNameFilter({ regex: `^${tag}-[bc]x$` }), ['B', 'C']],
    ['prefixes of types', eventTypeFilter({ prefixes: [`A${tag}`, `C${tag}`] }), ['A', 'C']],
    ['a pattern of types', eventTypeFilter({ regex: `^[AB]${tag}\\d*$` }), ['A', 'B']],
    ['a pattern that is in the middle', eventTypeFilter({ regex: tag }), ['A', 'B', 'C']],
  ])('by %s finds what is there and what comes', async (_name, filter, expected) => {
    const fromPosition = await marker();
    const write = async () => {
      for (const name of ['A', 'B', 'C']) {
        await client.appendToStream(`${tag}-${name.toLowerCase()}x`, events(`${name}${tag}`));
        await client.appendToStream(newStream('other'), events('Other'));
      }
    };
    await write();
    const reading = collect(client.subscribeToAll({ fromPosition, filter }), 2 * expected.length);
    await write();
    const types = (await reading).map(({ event }) => event?.type.charAt(0));

    expect(types).toEqual([...expected, ...expected]);
  });

  it('finds from the very start', async () => {
    const stream = newStream('from-start');
    await client.appendToStream(stream, events('A', 'B'));
    const filter = streamNameFilter({ prefixes: [stream] });

    expect(await seen(client.subscribeToAll({ fromPosition: START, filter }), 2)).toEqual(['A@0', 'B@1']);
  });
});
