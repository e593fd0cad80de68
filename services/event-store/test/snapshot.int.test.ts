import { cpSync, existsSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually, temporaryFolder } from '@karrio/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Store } from '../src/open-store.ts';
import {
  append,
  openSmallStore,
  readAll,
  readStream,
  scavengeNow,
  setMetadata,
  write,
} from './opened-store.ts';

const streams = ['a', 'b', 'größe-流', 'd'];

const filesWith = (folder: string, suffix: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => path.join(folder, name));
const snapshotsIn = (folder: string) => filesWith(folder, '.index');
const segmentsIn = (folder: string) => filesWith(folder, '.log');

/** Everything that readers and the writer know of a log. */
const knowledgeOf = (store: Store) => {
  const { catalog, log } = store;
  const events = readAll(store);
  const names = [...new Set(events.flatMap(({ stream }) => [stream, `$$${stream}`]))];
  return {
    end: log.end(),
    events,
    streams: names.map((name) => ({
      name,
      state: catalog.stateOf(name),
      condition: {
        ...catalog.conditionOf(name),
        tombstone: catalog.conditionOf(name).tombstone !== undefined,
      },
      visible: readStream(store, name),
    })),
    recent: events.map(({ id, stream }) => catalog.writtenEvents(stream, () => '').recentRevision(id)),
  };
};

/** Opens a copy of a folder, as a crash at this moment would leave it. */
const startOn = async (folder: string, change: (copy: string) => void = () => undefined) => {
  await using scratch = await temporaryFolder();
  const copy = path.join(scratch.path, 'copy');
  cpSync(folder, copy, { recursive: true, filter: (file) => !/lock|\.tmp$/.test(path.basename(file)) });
  change(copy);
  const ignored: string[] = [];
  await using store = await openSmallStore(copy, 2000, (file, reason) => {
    ignored.push(`${path.basename(file)}: ${reason}`);
  });
  return { knowledge: knowledgeOf(store), ignored };
};

const withoutSnapshots = (copy: string) => {
  for (const file of snapshotsIn(copy)) rmSync(file);
};

const flipBit = (file: string, at: number) => {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
};

/** A log of some segments, each with its snapshot. */
const stopped = async (folder: string) => {
  const store = await openSmallStore(folder);
  for (let count = 0; count < 30; count++) await append(store, streams[count % 4] ?? '', 1 + (count % 3));
  await setMetadata(store, 'a', '{"$maxCount":2}');
  await store[Symbol.asyncDispose]();
  expect(snapshotsIn(folder)).toHaveLength(segmentsIn(folder).length);
};

describe('a start from snapshots', () => {
  it(
    'knows what a start from the log knows, after any writes, scavenges, stops and crashes',
    { timeout: 300_000 },
    async () => {
      const stream = fc.constantFrom(...streams);
      const step = fc.oneof(
        {
          weight: 8,
          arbitrary: fc.record({
            kind: fc.constant('append' as const),
            stream,
            count: fc.integer({ min: 1, max: 4 }),
          }),
        },
        {
          weight: 2,
          arbitrary: fc.record({
            kind: fc.constant('metadata' as const),
            stream,
            count: fc.integer({ min: 1, max: 3 }),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constantFrom('soft-delete' as const, 'tombstone' as const),
            stream,
            count: fc.constant(1),
          }),
        },
        {
          weight: 2,
          arbitrary: fc.record({
            kind: fc.constantFrom('scavenge' as const, 'restart' as const, 'crash' as const),
            stream,
            count: fc.constant(1),
          }),
        },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
          await using folder = await temporaryFolder();
          let store = await openSmallStore(folder.path);
          const compare = async () => {
            const [fast, slow] = [await startOn(folder.path), await startOn(folder.path, withoutSnapshots)];
            expect(fast.knowledge).toEqual(slow.knowledge);
          };
          for (const { kind, stream: name, count } of steps) {
            if (kind === 'append') await append(store, name, count);
            else if (kind === 'metadata') await setMetadata(store, name, `{"$maxCount":${String(count)}}`);
            else if (kind === 'scavenge') await scavengeNow(store);
            else if (kind === 'crash') await compare();
            else if (kind === 'restart') {
              await store[Symbol.asyncDispose]();
              await compare();
              store = await openSmallStore(folder.path);
            } else await write(store, { stream: name, change: { kind } });
          }
          await store[Symbol.asyncDispose]();
          await compare();
        }),
        { numRuns: 25 },
      );
    },
  );

  it('reads no segment that has one: damage there is found when the event is read', async () => {
    await using folder = await temporaryFolder();
    await stopped(folder.path);
    const [, second = ''] = segmentsIn(folder.path);
    flipBit(second, 200);

    await expect(startOn(folder.path, withoutSnapshots)).rejects.toThrow(`damaged at offset`);
    await using store = await openSmallStore(folder.path);
    expect(store.catalog.visible()).toBeGreaterThan(30);
    expect(() => readAll(store)).toThrow(`${second} is damaged at offset`);
  });

  it('finds damage behind what they cover, and cuts off a torn end', async () => {
    await using folder = await temporaryFolder();
    await stopped(folder.path);
    const before = await startOn(folder.path);
    await using store = await openSmallStore(folder.path, 1_000_000);
    const end = store.log.end();
    await append(store, 'later', 1);
    await append(store, 'latest', 1);
    const newest = (copy: string) => segmentsIn(copy).at(-1) ?? '';
    const offset = end - Number(path.basename(newest(folder.path), '.log'));
    const withoutMark = (copy: string) => {
      rmSync(path.join(copy, 'durable'), { force: true });
    };

    await expect(
      startOn(folder.path, (copy) => {
        flipBit(newest(copy), offset + 60);
      }),
    ).rejects.toThrow(`is damaged at offset ${String(offset)}`);
    const torn = await startOn(folder.path, (copy) => {
      withoutMark(copy);
      truncateSync(newest(copy), offset + 60);
    });
    expect(torn).toEqual({ knowledge: before.knowledge, ignored: [] });
  });
});

describe('a snapshot', () => {
  it('is written when a segment is full, while the server runs', async () => {
    await using folder = await temporaryFolder();
    await using store = await openSmallStore(folder.path);
    for (let count = 0; count < 30; count++) await append(store, 'a', 1);
    const closed = segmentsIn(folder.path).length - 1;
    await eventually(
      'every full segment has a snapshot',
      () => snapshotsIn(folder.path).length === closed || undefined,
    );
    expect((await startOn(folder.path)).knowledge).toEqual(
      (await startOn(folder.path, withoutSnapshots)).knowledge,
    );
  });

  it('is written again after a scavenge, and ignored until then', async () => {
    await using folder = await temporaryFolder();
    await stopped(folder.path);
    const store = await openSmallStore(folder.path);
    await append(store, 'b', 20);
    await scavengeNow(store);
    const scavenged = await startOn(folder.path);
    expect(scavenged.ignored).toContainEqual(expect.stringContaining('the segment was scavenged since'));
    await store[Symbol.asyncDispose]();
    const again = await startOn(folder.path);
    expect(again).toEqual({ knowledge: scavenged.knowledge, ignored: [] });
  });

  it.each<[string, (file: string, other: string) => void]>([
    [
      'it does not begin as a snapshot',
      (file) => {
        writeFileSync(file, '');
      },
    ],
    [
      'it is damaged',
      (file) => {
        flipBit(file, 300);
      },
    ],
    [
      'it is damaged',
      (file) => {
        truncateSync(file, readFileSync(file).length - 1);
      },
    ],
    [
      'it has format 9',
      (file) => {
        writeFileSync(file, Buffer.from(readFileSync(file)).fill(9, 16, 17));
      },
    ],
    [
      'it is of another segment',
      (file) => {
        cpSync(snapshotsIn(path.dirname(file)).at(-1) ?? '', file);
      },
    ],
    [
      'it is of another log',
      (file, other) => {
        cpSync(other, file);
      },
    ],
  ])('that cannot be used, because %s, is ignored', async (reason, spoil) => {
    await using folder = await temporaryFolder();
    await using otherFolder = await temporaryFolder();
    await stopped(folder.path);
    await stopped(otherFolder.path);
    const sound = await startOn(folder.path);
    const spoiled = await startOn(folder.path, (copy) => {
      spoil(snapshotsIn(copy)[0] ?? '', snapshotsIn(otherFolder.path)[0] ?? '');
    });
    expect(spoiled.knowledge).toEqual(sound.knowledge);
    expect(spoiled.ignored).toEqual([expect.stringContaining(reason)]);
  });

  it('that is ahead of the log is ignored', async () => {
    await using folder = await temporaryFolder();
    await stopped(folder.path);
    const cut = (copy: string) => {
      const newest = segmentsIn(copy).at(-1) ?? '';
      rmSync(path.join(copy, 'durable'), { force: true });
      truncateSync(newest, readFileSync(newest).length - 5);
    };
    const slow = await startOn(folder.path, (copy) => {
      cut(copy);
      withoutSnapshots(copy);
    });
    const fast = await startOn(folder.path, cut);
    expect(fast.knowledge).toEqual(slow.knowledge);
    expect(fast.ignored).toEqual([expect.stringContaining('the log does not have its last event')]);
  });

  it('that a crash left unfinished is no snapshot', async () => {
    await using folder = await temporaryFolder();
    await stopped(folder.path);
    const [first = ''] = snapshotsIn(folder.path);
    const sound = await startOn(folder.path);
    writeFileSync(`${first}.tmp`, readFileSync(first).subarray(0, 100));
    expect(await startOn(folder.path)).toEqual(sound);
    expect(existsSync(first)).toBe(true);
  });
});
