import { mkdirSync, readdirSync, readlinkSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '@karrio/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Store } from '../src/open-store.ts';
import { tombstoneRevision } from '../src/log/frame.ts';
import { listSegments } from '../src/log/segment-file.ts';
import { createAllFeed } from '../src/read/all-feed.ts';
import { createPage } from '../src/read/page.ts';
import { longRun } from './long-run.ts';
import {
  append,
  eventOf,
  openSmallStore,
  readAll,
  readStream,
  scavengeNow,
  seeingReader,
  setMetadata,
  write,
  type Seen,
} from './opened-store.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const streams = ['a', 'b', 'c', 'größe'];
const allStreams = [...streams, ...streams.map((stream) => `$$${stream}`)];

const stream = fc.constantFrom(...streams);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      stream,
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('metadata' as const),
      stream,
      json: fc
        .record(
          {
            $maxCount: fc.integer({ min: 1, max: 6 }),
            $maxAge: fc.integer({ min: 1, max: 100 }),
            $tb: fc.nat(30),
          },
          { requiredKeys: [] },
        )
        .map((metadata) => JSON.stringify(metadata)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('soft-delete' as const, 'tombstone' as const), stream }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('scavenge' as const, 'restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 60 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What readers of each stream see, and whether a tombstone keeps them from reading. */
const visible = (store: Store) =>
  new Map(
    allStreams.map((name) => {
      const isTombstoned = store.catalog.conditionOf(name).tombstone !== undefined;
      return [name, isTombstoned ? [] : readStream(store, name)];
    }),
  );

/** What the next append depends on; of a tombstoned stream nothing but that matters. */
const states = (store: Store) =>
  allStreams.map((name) => {
    const state = store.catalog.stateOf(name);
    return state.isTombstoned ? 'tombstoned' : state;
  });

const everything = (store: Store) => ({
  visible: visible(store),
  all: readAll(store),
  states: states(store),
});

const key = ({ stream: name, revision }: Seen) => `${String(revision)}@${name}`;

const scavengeChecked = async (store: Store) => {
  const before = everything(store);
  await scavengeNow(store);
  const all = readAll(store);

  expect(visible(store)).toEqual(before.visible);
  expect(states(store)).toEqual(before.states);
  expect(readAll(store, 'backwards')).toEqual(all.toReversed());
  const left = new Set(all.map(key));
  expect(all).toEqual(before.all.filter((event) => left.has(key(event))));
  // What is left of closed segments can be read, or is the last of its stream, or ends it.
  const seen = new Set([...before.visible.values()].flat().map(key));
  const last = new Set(
    allStreams
      .filter((name) => store.catalog.conditionOf(name).tombstone === undefined)
      .map((name) => `${String(store.catalog.stateOf(name).lastRevision)}@${name}`),
  );
  const closedTo = store.log.segments.closed().at(-1)?.end ?? 0;
  const useless = all.filter(
    (event) =>
      event.position < closedTo &&
      event.stream !== '$epoch-information' &&
      event.revision !== tombstoneRevision &&
      !seen.has(key(event)) &&
      !last.has(key(event)),
  );
  expect(useless).toEqual([]);
  const missing = before.all.filter((event) => !left.has(key(event)));
  expect(missing.filter((event) => seen.has(key(event)) || last.has(key(event)))).toEqual([]);
};

const perform = async (store: Store, folder: string, taken: Step) => {
  switch (taken.kind) {
    case 'append': {
      const { lastRevision, isTombstoned } = store.catalog.stateOf(taken.stream);
      const outcome = await append(store, taken.stream, taken.count);
      if (!isTombstoned) expect(outcome).toMatchObject({ revision: lastRevision + taken.count });
      return store;
    }
    case 'metadata':
      await setMetadata(store, taken.stream, taken.json);
      return store;
    case 'soft-delete':
    case 'tombstone':
      await write(store, { stream: taken.stream, change: { kind: taken.kind } });
      return store;
    case 'wait':
      vi.advanceTimersByTime(taken.seconds * 1000);
      return store;
    case 'scavenge':
      await scavengeChecked(store);
      return store;
    case 'restart': {
      const before = everything(store);
      await store[Symbol.asyncDispose]();
      const restarted = await openSmallStore(folder);
      expect(everything(restarted)).toEqual(before);
      return restarted;
    }
  }
};

describe('scavenging', () => {
  it(
    'takes nothing that anybody can read, and all of the rest, whatever happens around it',
    { timeout: longRun ? 900_000 : 180_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
          await using folder = await temporaryFolder();
          let store = await openSmallStore(folder.path);
          try {
            for (const taken of steps) store = await perform(store, folder.path, taken);
            await scavengeChecked(store);
          } finally {
            await store[Symbol.asyncDispose]();
          }
        }),
        { numRuns: longRun ? 500 : 20 },
      );
    },
  );

  it('leaves a reader in the middle of the log its place, and shows it nothing that went', async () => {
    await using folder = await temporaryFolder();
    await using store = await reopened(folder.path, async (first) => {
      for (let round = 0; round < 30; round++) {
        await append(first, 'kept', 1, 'x'.repeat(2000));
        await append(first, 'short', 1);
      }
      await setMetadata(first, 'short', '{"$maxCount":1}');
    });
    const before = readAll(store);
    const seen: Seen[] = [];
    const feed = allFeed(store, seen);
    expect(feed.fill(createPage())).toBe('more');
    const seenBefore = seen.length;
    await scavengeNow(store);
    while (feed.fill(createPage()) === 'more');

    expect(seenBefore).toBeLessThan(before.length);
    const left = new Set(readAll(store).map(key));
    expect(left.size).toBeLessThan(before.length);
    expect(seen).toEqual([
      ...before.slice(0, seenBefore),
      ...before.slice(seenBefore).filter((event) => left.has(key(event))),
    ]);
  });

  it('lets a stream begin with what is left of it when more is allowed later', async () => {
    await using folder = await temporaryFolder();
    await using store = await openSmallStore(folder.path);
    await append(store, 's', 30);
    await setMetadata(store, 's', '{"$maxCount":2}');
    await append(store, 's', 30);
    await append(store, 'another', 1);
    await scavengeNow(store);
    await setMetadata(store, 's', '{}');

    const left = readStream(store, 's').map(({ revision }) => revision);
    expect(left[0]).toBeGreaterThan(0);
    expect(left).toEqual(Array.from({ length: left.length }, (_, index) => 60 - left.length + index));
    expect(readStream(store, 's', 'backwards').map(({ revision }) => revision)).toEqual(left.toReversed());
  });

  it('takes nothing that becomes visible again while it is under way', async () => {
    await using folder = await temporaryFolder();
    await using store = await openSmallStore(folder.path);
    for (let round = 0; round < 3; round++) {
      await append(store, 's', 10);
      await append(store, 't', 10);
    }
    for (const name of ['s', 't']) await setMetadata(store, name, '{"$maxCount":1}');
    await append(store, 'another', 20);
    const reserve = async () => {
      if (readStream(store, 's').length === 1) await setMetadata(store, 's', '{}');
    };
    const { events } = await scavengeNow(store, { reserve });

    expect(readStream(store, 's')).toHaveLength(30);
    expect(events).toBeGreaterThan(10);
  });

  it('keeps the last events of the log, so that a repeated append is recognised', async () => {
    await using folder = await temporaryFolder();
    await using store = await openSmallStore(folder.path);
    await append(store, 's', 30);
    const change = { kind: 'append', events: [eventOf('Once', '{}')] } as const;
    const first = await write(store, { stream: 's', change });
    await append(store, 's', 20);
    await setMetadata(store, 's', '{"$maxCount":1}');
    await append(store, 'another', 20);
    const { events } = await scavengeNow(store, { recentKept: 50 });

    expect(events).toBeGreaterThan(10);
    expect(await write(store, { stream: 's', change })).toEqual(first);
  });

  it('takes an append for another one when what it would be equal to is gone', async () => {
    await using folder = await temporaryFolder();
    await using store = await openSmallStore(folder.path);
    const change = { kind: 'append', events: [eventOf('Once', '{}')] } as const;
    const expected = { kind: 'no-stream' } as const;
    await write(store, { stream: 's', change, expected });
    await append(store, 's', 30);
    await setMetadata(store, 's', '{"$maxCount":1}');
    await append(store, 'another', 20);
    await scavengeNow(store);

    expect(await write(store, { stream: 's', change, expected })).toEqual({
      kind: 'wrong-expected-version',
      lastRevision: 30,
    });
    expect(await write(store, { stream: 's', change })).toMatchObject({ kind: 'written', revision: 31 });
  });

  it('that cannot write leaves everything as it was, and is done the next time', async () => {
    await using folder = await temporaryFolder();
    await using store = await openSmallStore(folder.path);
    for (let round = 0; round < 4; round++) await append(store, 's', 10);
    await setMetadata(store, 's', '{"$maxCount":1}');
    await append(store, 'another', 10);
    const before = readAll(store);
    const inTheWay = `${listSegments(folder.path)[1]?.file ?? ''}.scavenged.tmp`;
    mkdirSync(inTheWay);
    await expect(scavengeNow(store)).rejects.toThrow('EISDIR');
    rmdirSync(inTheWay);
    const full = async () => Promise.reject(new Error('the disk is full'));
    await expect(scavengeNow(store, { reserve: full })).rejects.toThrow('the disk is full');

    // The first segment was done before.
    expect(readAll(store)).toHaveLength(before.length - 10);
    expect(draftsIn(folder.path)).toEqual([]);
    await scavengeNow(store);
    expect(readAll(store)).toHaveLength(before.length - 39);
  });

  it('makes the files smaller, and nothing of them when it is repeated', async () => {
    await using folder = await temporaryFolder();
    await using store = await openSmallStore(folder.path);
    await append(store, 's', 100);
    await setMetadata(store, 's', '{"$maxCount":1}');
    await append(store, 'another', 20);
    const sizes = () => listSegments(folder.path).reduce((sum, { file }) => sum + statSync(file).size, 0);
    const before = sizes();
    const { bytes, events } = await scavengeNow(store);

    expect(events).toBe(99);
    expect(bytes).toBe(before - sizes());
    expect(bytes).toBeGreaterThan(99 * 150);
    expect(await scavengeNow(store)).toMatchObject({ events: 0, segmentsRewritten: 0 });
    expect(openButGone(folder.path)).toEqual([]);
  });

  it('keeps what a metadata stream says, also where somebody appended something else to it', async () => {
    await using folder = await temporaryFolder();
    await using store = await reopened(folder.path, async (first) => {
      await setMetadata(first, 's', '{}');
      await setMetadata(first, 's', '{"$maxCount":2}');
      await append(first, '$$s', 1);
      for (let round = 0; round < 5; round++) await append(first, 's', 5);
      expect((await scavengeNow(first)).events).toBeGreaterThan(1);
    });

    expect(readStream(store, 's')).toHaveLength(2);
  });

  it('whose end a crash prevented leaves no file behind the next start', async () => {
    await using folder = await temporaryFolder();
    const store = await openSmallStore(folder.path);
    await append(store, 's', 30);
    await store[Symbol.asyncDispose]();
    const [first] = listSegments(folder.path);
    writeFileSync(`${first?.file ?? ''}.scavenged.tmp`, 'half a draft');
    await using again = await openSmallStore(folder.path);

    expect(readStream(again, 's')).toHaveLength(30);
    expect(draftsIn(folder.path)).toEqual([]);
  });
});

/** A store that was closed once: nothing of it is in memory but its index. */
const reopened = async (folder: string, fill: (store: Store) => Promise<void>) => {
  const store = await openSmallStore(folder);
  await fill(store);
  await store[Symbol.asyncDispose]();
  return openSmallStore(folder);
};

/** Files that take room for as long as this process has them open. */
const openButGone = (folder: string) =>
  process.platform === 'linux'
    ? readdirSync('/proc/self/fd')
        .map((descriptor) => readLinkIfThere(`/proc/self/fd/${descriptor}`))
        .filter((file) => file.startsWith(folder) && file.endsWith('(deleted)'))
    : [];

const readLinkIfThere = (link: string) => {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
};

const draftsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.scavenged.tmp'));

/** Everything from the start on; what it has shown is pushed to `seen`. */
const allFeed = (store: Store, seen: Seen[]) =>
  createAllFeed(store.catalog, seeingReader(store, seen), {
    from: 0,
    direction: 'forwards',
    count: Number.POSITIVE_INFINITY,
    matches: undefined,
    onConsidered: () => undefined,
  });
