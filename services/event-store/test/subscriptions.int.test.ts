import {
  END,
  ErrorType,
  EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  START,
  streamNameFilter,
  type AllStreamSubscription,
  type Filter,
  type StreamSubscription,
} from '@eventstore/db-client';
import { startEventStore, type EventStoreServer } from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { collect, events } from './collect.ts';

let server: EventStoreServer;
let client: EventStoreDBClient;

beforeAll(async () => {
  server = await startEventStore();
  client = EventStoreDBClient.connectionString(server.url);
});
afterAll(async () => {
  await client.dispose();
  await server[Symbol.asyncDispose]();
});

/** Everything that a subscription says, in order. */
const listen = (subscription: AllStreamSubscription | StreamSubscription) => {
  const heard: string[] = [];
  subscription.on('confirmation', () => heard.push('confirmation'));
  subscription.on('caughtUp', () => heard.push('caught up'));
  subscription.on('error', (error) => heard.push('type' in error ? String(error.type) : error.message));
  subscription.on('data', ({ event }: { event?: { type: string; revision: bigint } }) => {
    heard.push(`${event?.type ?? ''}@${String(event?.revision)}`);
  });
  return heard;
};

const patience = { timeout: 30_000 };

const soon = (heard: readonly string[], expected: readonly string[]) =>
  vi.waitFor(() => {
    expect(heard).toEqual(expected);
  }, patience);

describe('a subscription to a stream', () => {
  it('is confirmed, gets what is there, hears that it caught up, and gets what comes', async () => {
    await client.appendToStream('sub', events('A', 'B'));
    const subscription = client.subscribeToStream('sub');
    const heard = listen(subscription);
    await soon(heard, ['confirmation', 'A@0', 'B@1', 'caught up']);
    await client.appendToStream('sub', events('C'));
    await client.appendToStream('another', events('X'));
    await client.appendToStream('sub', events('D'));

    await soon(heard, ['confirmation', 'A@0', 'B@1', 'caught up', 'C@2', 'D@3']);
    await subscription.unsubscribe();
  });

  it('goes on behind the revision that it names', async () => {
    await client.appendToStream('behind', events('A', 'B', 'C'));
    const after = listen(client.subscribeToStream('behind', { fromRevision: 0n }));
    const atEnd = listen(client.subscribeToStream('behind', { fromRevision: END }));
    await soon(atEnd, ['confirmation', 'caught up']);
    await client.appendToStream('behind', events('D'));

    await soon(after, ['confirmation', 'B@1', 'C@2', 'caught up', 'D@3']);
    await soon(atEnd, ['confirmation', 'caught up', 'D@3']);
  });

  it('waits for a stream that is not there yet', async () => {
    const heard = listen(client.subscribeToStream('to come'));
    await soon(heard, ['confirmation', 'caught up']);
    await client.appendToStream('to come', events('A'));

    await soon(heard, ['confirmation', 'caught up', 'A@0']);
  });

  it('ends with the stream, after the event that says so', async () => {
    await client.appendToStream('ending', events('A'));
    const heard = listen(client.subscribeToStream('ending'));
    await soon(heard, ['confirmation', 'A@0', 'caught up']);
    await client.tombstoneStream('ending');

    await soon(heard, [
      'confirmation',
      'A@0',
      'caught up',
      '$streamDeleted@9223372036854775807',
      ErrorType.STREAM_DELETED,
    ]);
  });

  it('shows what the metadata lets show', async () => {
    await client.appendToStream('cut', events('A', 'B', 'C'));
    await client.setStreamMetadata('cut', { maxCount: 1 });
    await soon(listen(client.subscribeToStream('cut')), ['confirmation', 'C@2', 'caught up']);
  });
});

describe('a subscription to the whole log', () => {
  it.each<[string, Filter, readonly string[]]>([
    ['stream prefixes', streamNameFilter({ prefixes: ['f-one', 'f-two'] }), ['FilterA@0', 'FilterB@0']],
    ['a stream pattern', streamNameFilter({ regex: '^f-.*o$' }), ['FilterB@0']],
    ['type prefixes', eventTypeFilter({ prefixes: ['FilterA', 'FilterC'] }), ['FilterA@0', 'FilterC@0']],
    ['a type pattern', eventTypeFilter({ regex: '^Filter[BC]$' }), ['FilterB@0', 'FilterC@0']],
  ])('finds by %s what is there and what comes', async (name, filter, expected) => {
    const start = await client.appendToStream(`before ${name}`, events('X'));
    if (!start.position) throw new Error('no position');
    const write = async (suffix: string) => {
      for (const [stream, type] of [
        ['f-one', 'FilterA'],
        ['f-two', 'FilterB'],
        ['g-two', 'FilterC'],
      ] as const) {
        await client.appendToStream(`${stream}`, events(`${type}`));
        await client.appendToStream(`other-${suffix}`, events('Other'));
      }
    };
    await write('there');
    const heard: string[] = [];
    const subscription = client.subscribeToAll({ fromPosition: start.position, filter });
    subscription.on('data', ({ event }) => heard.push(event?.type ?? ''));
    await write('to come');

    const types = expected.map((text) => text.split('@')[0]);
    await soon(heard, [...types, ...types].map(String));
    await subscription.unsubscribe();
  });

  it('gets a checkpoint each 32 events times the interval, in order, and none twice', async () => {
    const { position } = await client.appendToStream('marker', events('Marker'));
    if (!position) throw new Error('no position');
    const checkpoints: bigint[] = [];
    const filter = streamNameFilter({
      prefixes: ['nothing'],
      checkpointInterval: 2,
      checkpointReached: async (_subscription, { commit }) => void checkpoints.push(commit),
    });
    const subscription = client.subscribeToAll({ fromPosition: position, filter });
    await soon(listen(subscription), ['confirmation', 'caught up']);
    for (let batch = 0; batch < 10; batch++)
      await client.appendToStream('checked', events(...Array<string>(33).fill('C')));

    await vi.waitFor(() => {
      expect(checkpoints).toHaveLength(5);
    }, patience);
    expect(checkpoints).toEqual([...new Set(checkpoints)].sort((a, b) => (a < b ? -1 : 1)));
    await subscription.unsubscribe();
  });

  it('gets each event once and in order while it is written', async () => {
    const { position } = await client.appendToStream('busy-start', events('Start'));
    if (!position) throw new Error('no position');
    const followers = Array.from({ length: 16 }, () =>
      collect(
        client.subscribeToAll({ fromPosition: position, filter: streamNameFilter({ prefixes: ['busy-'] }) }),
        900,
      ),
    );
    await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        client.appendToStream(`busy-${String(index % 9)}`, events('A', 'B', 'C')),
      ),
    );
    const [first, ...others] = await Promise.all(followers);

    expect(first).toHaveLength(900);
    for (const other of others) expect(other).toEqual(first);
  });

  it('that nobody reads costs neither the writer nor the others anything', async () => {
    const stalled = client.subscribeToAll({ fromPosition: START, filter: excludeSystemEvents() });
    stalled.pause();
    const behind = client.subscribeToStream('large', { fromRevision: END });
    const caughtUp = vi.fn<() => void>();
    behind.on('caughtUp', caughtUp).on('data', () => undefined);
    await vi.waitFor(() => expect(caughtUp).toHaveBeenCalledOnce(), patience);
    behind.pause();
    const large = 'x'.repeat(100_000);
    const reader = collect(client.subscribeToStream('large'), 300);
    for (let index = 0; index < 300; index++) {
      await client.appendToStream(
        'large',
        events('Large').map((event) => ({ ...event, data: { large } })),
      );
    }

    expect(await reader).toHaveLength(300);
    const [last] = await collect(
      client.readStream('large', { direction: 'backwards', fromRevision: END, maxCount: 1 }),
    );
    expect(last).toBe('Large@299');
    behind.resume();
    // Who had fallen behind hears that it is there again.
    await vi.waitFor(() => expect(caughtUp).toHaveBeenCalledTimes(2), patience);
    await behind.unsubscribe();
    stalled.resume();
    const seen: string[] = [];
    for await (const { event } of stalled) {
      seen.push(event?.streamId ?? '');
      if (event?.streamId === 'large' && event.revision === 299n) break;
    }
    expect(seen.filter((stream) => stream === 'large')).toHaveLength(300);
  });
});
