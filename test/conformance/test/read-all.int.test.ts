import { BACKWARDS, END, START, type Position } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { afterAll, describe, expect, it } from 'vitest';
import { collect, events, newStream, seen } from '../src/events.ts';
import { rawCalls } from '../src/raw-calls.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
const raw = rawCalls(client);
afterAll(() => server[Symbol.asyncDispose]());

const positionOf = ({ position }: { position?: Position | undefined }): Position => {
  if (!position) throw new Error('no position');
  return position;
};

const [one, two] = [newStream('one'), newStream('two')];
const first = positionOf(await client.appendToStream(one, events('First')));
const second = positionOf(await client.appendToStream(two, events('Second')));
const third = positionOf(await client.appendToStream(one, events('Third')));

/** Others may write to the server too: only the events of these streams are looked at. */
const own = async (options: Parameters<typeof client.readAll>[0]) =>
  (await collect(client.readAll(options)))
    .filter(({ event }) => event?.streamId === one || event?.streamId === two)
    .map(({ event }) => event?.type);

describe('reading all streams', () => {
  it('is in the order of the log, a position itself included', async () => {
    expect(await own({ fromPosition: first })).toEqual(['First', 'Second', 'Third']);
    expect(await own({ fromPosition: second })).toEqual(['Second', 'Third']);
    expect(await seen(client.readAll({ fromPosition: third, maxCount: 1 }))).toEqual(['Third@1']);
  });

  it('backwards is the other way round, and a position stands behind what is read', async () => {
    expect(await own({ direction: BACKWARDS, fromPosition: END, maxCount: 1000 })).toEqual([
      'Third',
      'Second',
      'First',
    ]);
    expect(await own({ direction: BACKWARDS, fromPosition: third, maxCount: 2 })).toEqual([
      'Second',
      'First',
    ]);
  });

  it('from an end has nothing, and from the start as many as are wanted', async () => {
    expect(await collect(client.readAll({ fromPosition: END }))).toEqual([]);
    expect(await collect(client.readAll({ direction: BACKWARDS, fromPosition: START }))).toEqual([]);
    expect(await collect(client.readAll({ maxCount: 2 }))).toHaveLength(2);
  });

  it('begins with an event of the system', async () => {
    const [{ event } = {}] = await collect(client.readAll({ maxCount: 1 }));
    expect(event?.streamId.startsWith('$')).toBe(true);
  });

  it('shows what streams hide, with the events that hide it', async () => {
    const stream = newStream('hidden');
    const start = positionOf(await client.appendToStream(stream, events('A')));
    await client.setStreamMetadata(stream, { maxCount: 1 });
    await client.appendToStream(stream, events('B'));
    await client.deleteStream(stream);
    const ended = newStream('ended');
    await client.tombstoneStream(ended, { expectedRevision: 'no_stream' });
    const read = (await collect(client.readAll({ fromPosition: start }))).flatMap(({ event }) =>
      event ? [`${event.type} ${event.streamId}`] : [],
    );

    expect(read.filter((text) => text.includes(stream) || text.includes(ended))).toEqual([
      `A ${stream}`,
      `$metadata $$${stream}`,
      `B ${stream}`,
      `$metadata $$${stream}`,
      `$streamDeleted ${ended}`,
    ]);
  });

  it('may be filtered by the server, both ways', async () => {
    const { Options } = streams.ReadReq;
    const read = async (direction: 0 | 1) => {
      const request = new streams.ReadReq();
      const options = new Options();
      const all = new Options.AllOptions();
      if (direction === 0) all.setStart(new shared.Empty());
      else all.setEnd(new shared.Empty());
      options.setAll(all);
      options.setReadDirection(direction);
      options.setCount('100');
      const filter = new Options.FilterOptions();
      const expression = new Options.FilterOptions.Expression();
      expression.setPrefixList([two]);
      filter.setStreamIdentifier(expression);
      filter.setCount(new shared.Empty());
      filter.setCheckpointintervalmultiplier(1);
      options.setFilter(filter);
      const uuid = new Options.UUIDOption();
      uuid.setString(new shared.Empty());
      options.setUuidOption(uuid);
      request.setOptions(options);
      const messages = await raw.read(request);
      return messages.flatMap(
        (message) => message.getEvent()?.getEvent()?.getMetadataMap().get('type') ?? [],
      );
    };
    await client.appendToStream(two, events('Fourth'));

    expect(await read(0)).toEqual(['Second', 'Fourth']);
    expect(await read(1)).toEqual(['Fourth', 'Second']);
  });
});
