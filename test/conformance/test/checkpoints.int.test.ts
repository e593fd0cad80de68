import { eventTypeFilter, streamNameFilter, type Position } from '@eventstore/db-client';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { collect, events, manyEvents, newStream } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
afterAll(() => server[Symbol.asyncDispose]());

const patience = { timeout: 30_000 };

/** The window that the server searches at a time, where a filter names none. */
const window = 32;

const marker = async (): Promise<Position> => {
  const { position } = await client.appendToStream(newStream('marker'), events('Marker'));
  if (!position) throw new Error('no position');
  return position;
};

const follow = (fromPosition: Position, options: object) => {
  const checkpoints: Position[] = [];
  const filter = streamNameFilter({
    prefixes: ['nothing is called like this'],
    ...options,
    checkpointReached: async (_subscription, position) => void checkpoints.push(position),
  });
  const subscription = client.subscribeToAll({ fromPosition, filter });
  const caughtUp = vi.fn<() => void>();
  subscription.on('caughtUp', caughtUp);
  subscription.on('data', () => undefined);
  return { checkpoints, caughtUp, subscription };
};

describe('a filtered subscription', () => {
  it.each([
    ['each window', {}, window],
    ['each second window', { checkpointInterval: 2 }, 2 * window],
    ['each window of its own size', { maxSearchWindow: 50 }, 50],
  ])('hears of its progress after %s, though nothing is for it', async (_name, options, every) => {
    const { checkpoints, caughtUp } = follow(await marker(), options);
    await vi.waitFor(() => expect(caughtUp).toHaveBeenCalledOnce(), patience);
    const before = checkpoints.length;
    for (let batch = 0; batch < 4; batch++)
      await client.appendToStream(newStream('progress'), manyEvents(every));

    await vi.waitFor(() => expect(checkpoints.length - before).toBeGreaterThanOrEqual(4), patience);
    expect(checkpoints.length - before).toBeLessThanOrEqual(5);
  });

  it('hears of it while it catches up, and at the end of that', async () => {
    const start = await marker();
    await client.appendToStream(newStream('behind'), manyEvents(5 * window + 10));
    const { checkpoints, caughtUp } = follow(start, {});
    await vi.waitFor(() => expect(caughtUp).toHaveBeenCalledOnce(), patience);

    expect(checkpoints.length).toBeGreaterThanOrEqual(6);
    expect(checkpoints.length).toBeLessThanOrEqual(7);
  });

  it('gets no checkpoint twice, and none that is before another', async () => {
    const { checkpoints, subscription } = follow(await marker(), {});
    for (let batch = 0; batch < 10; batch++)
      await client.appendToStream(newStream('order'), manyEvents(window + 3));
    await vi.waitFor(() => expect(checkpoints.length).toBeGreaterThanOrEqual(10), patience);
    await subscription.unsubscribe();
    const commits = checkpoints.map(({ commit }) => commit);

    expect(commits).toEqual([...new Set(commits)].toSorted((a, b) => Number(a - b)));
    for (const { commit, prepare } of checkpoints) expect(commit).toBe(prepare);
  });

  it('loses nothing that begins again at a checkpoint', async () => {
    const start = await marker();
    const type = newStream('Type');
    for (let round = 0; round < 6; round++) {
      await client.appendToStream(newStream('noise'), manyEvents(window));
      await client.appendToStream(newStream('signal'), events(type));
    }
    const { checkpoints } = follow(start, {});
    await vi.waitFor(() => expect(checkpoints.length).toBeGreaterThanOrEqual(6), patience);
    const wanted = await collect(
      client.subscribeToAll({ fromPosition: start, filter: eventTypeFilter({ prefixes: [type] }) }),
      6,
    );
    for (const checkpoint of checkpoints.slice(0, 5)) {
      const later = wanted.filter(({ event }) => (event?.position.commit ?? 0n) > checkpoint.commit);
      const again = await collect(
        client.subscribeToAll({ fromPosition: checkpoint, filter: eventTypeFilter({ prefixes: [type] }) }),
        later.length,
      );
      expect(again.map(({ event }) => event?.id)).toEqual(later.map(({ event }) => event?.id));
    }
  });
});
