// First: it has to stand in for node:fs before the log asks for it.
import { recordDisk, type DiskOperation } from './disk/record-disk.ts';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import type { Store } from '../src/open-store.ts';
import { memoryFolder } from './disk/memory-folder.ts';
import { seededRandom } from './disk/seeded-random.ts';
import { createSimulatedDisk, type DiskImage } from './disk/simulated-disk.ts';
import { longRun } from './long-run.ts';
import { append, openSmallStore, readStream, scavengeNow, setMetadata, write } from './opened-store.ts';

const shown = { one: 1, three: 3, all: Number.POSITIVE_INFINITY } as const;
const streams = ['one', 'three', 'all'] as const;

describe('a power loss while a log is scavenged', () => {
  it.each(longRun ? [1, 2, 3, 4] : [1])(
    'takes nothing that anybody could read, whatever the disk had not synced (seed %i)',
    async (seed) => {
      await using temporary = await temporaryFolder();
      const { root, operations, acknowledged, from, scavenged } = await record(temporary.path);
      expect(scavenged).toBeGreaterThan(20);
      using crashed = memoryFolder();
      const disk = createSimulatedDisk(root, seededRandom(seed), longRun ? 2 : 1);
      let states = 0;
      for (const [index, operation] of operations.entries()) {
        const isAtRisk = disk.take(operation);
        if (index < from || (!isAtRisk && index < operations.length - 1)) continue;
        for (const image of disk.afterPowerLoss()) {
          states++;
          if (!longRun && states % 5 !== 0) continue;
          await expectSound(
            image,
            root,
            crashed.path,
            acknowledged.findLast(({ moment }) => moment <= index + 1),
          );
        }
      }
      expect(states).toBeGreaterThan(500);
    },
    longRun ? 900_000 : 400_000,
  );
});

/** The last revisions that were acknowledged, and when: `moment` counts what the disk was asked for. */
type Acknowledged = Readonly<{ moment: number; revisions: ReadonlyMap<string, number> }>;

type Recorded = Readonly<{
  root: string;
  operations: readonly DiskOperation[];
  acknowledged: readonly Acknowledged[];
  /** When the first scavenge began: nothing before concerns it. */
  from: number;
  scavenged: number;
}>;

const record = async (folder: string): Promise<Recorded> => {
  const root = path.join(folder, 'root');
  mkdirSync(root);
  using recording = recordDisk(root);
  mkdirSync(path.join(root, 'data'), { recursive: true });
  await using store = await openSmallStore(path.join(root, 'data'));
  const acknowledged: Acknowledged[] = [];
  const revisions = new Map<string, number>();
  let scavenged = 0;
  await setMetadata(store, 'one', '{"$maxCount":1}');
  await setMetadata(store, 'three', '{"$maxCount":3}');
  let from: number | undefined;
  for (let round = 0; round < 8; round++) {
    for (const stream of streams) {
      const outcome = await append(store, stream, 2);
      if (outcome.kind === 'written') revisions.set(stream, outcome.revision);
      acknowledged.push({ moment: recording.operations.length, revisions: new Map(revisions) });
    }
    await append(store, `ended-${String(round)}`, 1);
    await write(store, { stream: `ended-${String(round)}`, change: { kind: 'tombstone' } });
    if (round % 4 !== 3) continue;
    from ??= recording.operations.length;
    scavenged += (await scavengeNow(store)).events;
  }
  return { root, operations: recording.operations, acknowledged, from: from ?? 0, scavenged };
};

const expectSound = async (
  image: DiskImage,
  root: string,
  scratch: string,
  last: Acknowledged | undefined,
) => {
  rmSync(path.join(scratch, 'data'), { recursive: true, force: true });
  for (const [file, bytes] of image) {
    const copy = path.join(scratch, path.relative(root, file));
    if (bytes) writeFileSync(copy, bytes);
    else mkdirSync(copy, { recursive: true });
  }
  await using store = await openSmallStore(path.join(scratch, 'data'));
  for (const stream of streams) expectVisible(store, stream, last?.revisions.get(stream) ?? -1);
};

const expectVisible = (store: Store, stream: (typeof streams)[number], atLeast: number) => {
  const { lastRevision } = store.catalog.stateOf(stream);
  const count = Math.min(shown[stream], lastRevision + 1);
  expect(lastRevision).toBeGreaterThanOrEqual(atLeast);
  expect(readStream(store, stream).map(({ revision }) => revision)).toEqual(
    Array.from({ length: count }, (_, index) => lastRevision + 1 - count + index),
  );
};
