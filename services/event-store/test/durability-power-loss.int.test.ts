// First: it has to stand in for node:fs before the log asks for it.
import { recordDisk, type DiskOperation } from './disk/record-disk.ts';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { createLoad, type Load } from './disk/load.ts';
import { memoryFolder } from './disk/memory-folder.ts';
import { openFolder, type KeptEvent } from './disk/open-folder.ts';
import { seededRandom } from './disk/seeded-random.ts';
import { createSimulatedDisk, type DiskImage } from './disk/simulated-disk.ts';
import { longRun } from './long-run.ts';

/** Large enough for a spare to be made, small enough to be full several times. */
const segmentBytesMax = 320 * 1024;

/**
 * kill -9 proves nothing about fdatasync, since the kernel keeps what was written. So what a store asked of its disk
 * is played back, and at each moment the disks that a power loss could leave are recovered from.
 */
describe('a power loss', () => {
  const seeds = longRun ? [1, 2, 3, 4] : [1];
  it.each(seeds)(
    'takes no acknowledged event and shows no half append, whatever the disk had not synced (seed %i)',
    async (seed) => {
      await using temporary = await temporaryFolder();
      const { root, operations, load } = await record(temporary.path, seed);
      using crashed = memoryFolder();
      const disk = createSimulatedDisk(root, seededRandom(seed), longRun ? 3 : 1);
      let states = 0;
      for (const [index, operation] of operations.entries()) {
        const isAtRisk = disk.take(operation);
        if (!isAtRisk && index < operations.length - 1) continue;
        for (const image of disk.afterPowerLoss()) {
          states++;
          const kept = await recover(image, root, crashed.path);
          expect(load.problems(kept, index + 1)).toEqual([]);
          // What recovery leaves is a log like any other: it goes on, and is recovered again.
          if (states % 8 === 0) await expectToGoOn(crashed.path, kept);
        }
      }
      const renamed = operations.flatMap((operation) =>
        'from' in operation ? [path.extname(operation.path)] : [],
      );
      expect(renamed).toEqual(expect.arrayContaining(['.log', '.index']));
      expect(states).toBeGreaterThan(300);
      expect(withoutLock(disk.whole())).toEqual(filesUnder(root));
    },
    longRun ? 3_600_000 : 400_000,
  );
});

type Recorded = Readonly<{ root: string; operations: readonly DiskOperation[]; load: Load }>;

/**
 * Three lives of a store under load, with its disk watched. The first ends as by a kill between a write and its
 * fdatasync: the kernel has the bytes, the disk may not.
 */
const record = async (folder: string, seed: number): Promise<Recorded> => {
  const root = path.join(folder, 'root');
  mkdirSync(root);
  using recording = recordDisk(root);
  const load = createLoad(() => recording.operations.length, seededRandom(seed));
  // Made by a process that was killed at once.
  mkdirSync(path.join(root, 'a', 'data'), { recursive: true });
  for (let life = 0; life < 3; life++) {
    const opened = await openFolder(path.join(root, 'a', 'data'), segmentBytesMax, () => undefined);
    recording.before(() => {
      load.seen(opened.visible());
    });
    await load.run(opened.store.writer, longRun ? 24 : 8);
    recording.failSyncs(life === 0);
    if (life === 0) expect(await opened.append('unsynced')).toMatchObject({ kind: 'refused' });
    await opened.store[Symbol.asyncDispose]();
    recording.failSyncs(false);
  }
  return { root, operations: recording.operations, load };
};

const recover = async (image: DiskImage, root: string, scratch: string): Promise<readonly KeptEvent[]> => {
  rmSync(path.join(scratch, 'a'), { recursive: true, force: true });
  for (const [file, bytes] of image) {
    const copy = path.join(scratch, path.relative(root, file));
    if (bytes) writeFileSync(copy, bytes);
    else mkdirSync(copy, { recursive: true });
  }
  const opened = await openFolder(path.join(scratch, 'a', 'data'), segmentBytesMax);
  const kept = opened.events();
  await opened.store[Symbol.asyncDispose]();
  return kept;
};

/** One append more, as a start after that finds it among the others. */
const expectToGoOn = async (scratch: string, kept: readonly KeptEvent[]) => {
  const folder = path.join(scratch, 'a', 'data');
  const first = await openFolder(folder, segmentBytesMax);
  await first.append('later');
  await first.store[Symbol.asyncDispose]();
  const second = await openFolder(folder, segmentBytesMax);
  const names = second.events().map(nameOf);
  await second.store[Symbol.asyncDispose]();
  expect(names).toEqual([...kept.map(nameOf), 'later@0']);
};

const nameOf = ({ stream, revision }: KeptEvent) => `${stream}@${String(revision)}`;

/** The bytes of each file, to see that the recording missed nothing. */
const filesUnder = (root: string) =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(root, name))
      .filter((file) => statSync(file).isFile() && !isLock(file))
      .map((file) => [file, readFileSync(file).toString('base64')]),
  );

const withoutLock = (image: DiskImage) =>
  Object.fromEntries(
    [...image].flatMap(([file, bytes]) => (bytes && !isLock(file) ? [[file, bytes.toString('base64')]] : [])),
  );

const isLock = (file: string) => path.basename(file).startsWith('lock');
