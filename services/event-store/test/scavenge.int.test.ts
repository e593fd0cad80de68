import { temporaryFolder } from '@karrio/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Store } from '../src/open-store.ts';
import { tombstoneRevision } from '../src/log/frame.ts';
import {
  append,
  openSmallStore,
  readAll,
  readStream,
  scavengeNow,
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
  it('takes nothing that anybody can read, and all of the rest, whatever happens around it', async () => {
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
      { numRuns: 60 },
    );
  });
});
