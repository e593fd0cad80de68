import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { readDurableMark } from '../src/log/durable-mark.ts';
import { segmentHeaderBytes } from '../src/log/segment-file.ts';
import { memoryFolder } from './disk/memory-folder.ts';
import { crash, lastSegmentOf, openLog, recovered, writeGroup } from './disk/small-log.ts';
import { longRun } from './long-run.ts';

/** Three groups: an append of one event, one of three, and appends of two, one and three events. */
const writeSmallLog = async (folder: string) => {
  const { log } = openLog(folder);
  await writeGroup(log, { stream: 'a' });
  const second = log.end();
  await writeGroup(log, { stream: 'b', events: 3 });
  const third = log.end();
  const sizes = await sizesOfLast(log);
  return { log, second, third, ...sizes };
};

/** Where each append of the last group ends. */
const sizesOfLast = async (log: ReturnType<typeof openLog>['log']) => {
  const start = log.end();
  const group = await writeGroup(
    log,
    { stream: 'c', events: 2 },
    { stream: 'd' },
    { stream: 'e', events: 3 },
  );
  // Every frame here is of one size: the events and the names are equally long.
  const frame = group / 6;
  return { appendEnds: [start + 2 * frame, start + 3 * frame, start + 6 * frame] };
};

const older = ['0@a', '0@b', '1@b', '2@b'];
const newest = [['0@c', '1@c'], ['0@d'], ['0@e', '1@e', '2@e']];

/** What may be there of the newest group when only the bytes before an offset are. */
const keptBefore = (offset: number, appendEnds: readonly number[]) => [
  ...older,
  ...newest.filter((_, index) => (appendEnds[index] ?? 0) <= offset).flat(),
];

describe('a write that was interrupted', () => {
  it.each(['missing', 'zero'])(
    'is cut off append by append, wherever its bytes begin to be %s',
    async (rest) => {
      using folder = memoryFolder();
      const { log, third, appendEnds } = await writeSmallLog(folder.path);
      const end = log.end();
      await crash(log, folder.path);
      const file = lastSegmentOf(folder.path);
      const all = readFileSync(file);

      for (let cut = third; cut < end; cut++) {
        const tail = rest === 'zero' ? Buffer.alloc(end - cut) : Buffer.alloc(0);
        writeFileSync(file, Buffer.concat([all.subarray(0, cut), tail]));
        const { seen } = await recovered(folder.path);
        // A byte of zero may be lost and be right all the same.
        const isWhole = rest === 'zero' && all.subarray(cut).every((byte) => byte === 0);
        expect(seen).toEqual(keptBefore(isWhole ? end : cut, appendEnds));
      }
    },
  );

  it('is counted in bytes, for the log', async () => {
    using folder = memoryFolder();
    const { log, appendEnds } = await writeSmallLog(folder.path);
    await crash(log, folder.path);
    const [whole = 0] = appendEnds;
    writeFileSync(
      lastSegmentOf(folder.path),
      readFileSync(lastSegmentOf(folder.path)).subarray(0, whole + 100),
    );

    expect((await recovered(folder.path)).tornBytes).toBe(100);
  });
});

const flips = longRun ? [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80] : [0x01, 0x80];

/** Each copy of a file that differs from it in one bit from one offset up to another. */
const flipped = function* (file: string, from: number, to: number) {
  const sound = readFileSync(file);
  for (let offset = from; offset < to; offset++) {
    for (const flip of flips) {
      const bytes = Buffer.from(sound);
      bytes[offset] = (bytes[offset] ?? 0) ^ flip;
      writeFileSync(file, bytes);
      yield offset;
    }
  }
  writeFileSync(file, sound);
};

describe('damage', () => {
  it('before the newest group keeps the server from starting, with file and offset, whatever bit it is', async () => {
    using folder = memoryFolder();
    const { log, second, third } = await writeSmallLog(folder.path);
    await crash(log, folder.path);
    const file = lastSegmentOf(folder.path);

    for (const offset of flipped(file, segmentHeaderBytes, third)) {
      const group = offset < second ? segmentHeaderBytes : second;
      await expect(recovered(folder.path)).rejects.toThrow(`${file} is damaged at offset ${String(group)}`);
    }
  });

  it('in the newest group keeps the server from starting too, once the log was noted to be durable', async () => {
    using folder = memoryFolder();
    const { log, third, appendEnds } = await writeSmallLog(folder.path);
    await log.close();
    const file = lastSegmentOf(folder.path);
    const before = readFileSync(file);

    for (const offset of flipped(file, third, log.end())) {
      const damagedAt = [third, ...appendEnds].findLast((end) => end <= offset);
      expect(() => openLog(folder.path)).toThrow(`${file} is damaged at offset ${String(damagedAt)}`);
    }
    expect(readFileSync(file)).toEqual(before);
  });

  it('in the newest group is a torn write where nothing says that it was durable', async () => {
    using folder = memoryFolder();
    const { log, third, appendEnds } = await writeSmallLog(folder.path);
    await crash(log, folder.path);
    const file = lastSegmentOf(folder.path);

    for (const offset of flipped(file, third, log.end())) {
      const before = [third, ...appendEnds].findLast((end) => end <= offset) ?? 0;
      expect((await recovered(folder.path)).seen).toEqual(keptBefore(before, appendEnds));
    }
  });

  it('of a segment’s header shows no event that is not as it was', async () => {
    using folder = memoryFolder();
    const { log } = await writeSmallLog(folder.path);
    await log.close();
    const file = lastSegmentOf(folder.path);
    const whole = (await recovered(folder.path)).seen;

    for (const _ of flipped(file, 0, segmentHeaderBytes)) {
      const refusesOrShows = await recovered(folder.path).then(
        ({ seen }) => seen,
        ({ message }: Error) => (message.includes(file) ? whole : message),
      );
      expect(refusesOrShows).toEqual(whole);
    }
  });

  it('of the note while it was written leaves the one before, whatever came between', async () => {
    using folder = memoryFolder();
    const note = path.join(folder.path, 'durable');
    const sectors = () => {
      const bytes = existsSync(note) ? readFileSync(note) : Buffer.alloc(0);
      return [0, 512].map((at) => Buffer.concat([bytes.subarray(at, at + 512), Buffer.alloc(512)], 512));
    };
    let endBefore = 0;
    // Each life notes once, when it ends.
    for (let life = 0; life < 3; life++) {
      const before = sectors();
      const { log } = openLog(folder.path);
      await writeGroup(log, { stream: 's', firstRevision: life });
      await log.close();
      const after = sectors();
      const torn = after.map((sector, at) =>
        sector.equals(before[at] ?? sector) ? sector : sector.fill(0xff),
      );
      const sound = readFileSync(note);
      writeFileSync(note, Buffer.concat(torn));
      expect(readDurableMark(folder.path)).toBe(endBefore);
      writeFileSync(note, sound);
      endBefore = log.end();
    }
  });

  it('that leaves nothing of a segment’s header leaves the events behind it to who repairs it', async () => {
    using folder = memoryFolder();
    const { log } = openLog(folder.path, 500);
    for (let revision = 0; revision < 3; revision++)
      await writeGroup(log, { stream: 's', events: 3, firstRevision: 3 * revision });
    await log.close();
    const file = lastSegmentOf(folder.path);
    const bytes = readFileSync(file).fill(0, 0, segmentHeaderBytes);
    writeFileSync(file, bytes);

    expect(() => openLog(folder.path)).toThrow('holds none of the events before position');
    expect(readFileSync(file)).toEqual(bytes);
  });

  it('of the note says less, and never keeps the server from starting', async () => {
    using folder = memoryFolder();
    const { log } = await writeSmallLog(folder.path);
    await log.close();
    const note = path.join(folder.path, 'durable');
    const sound = readFileSync(note);
    const seen = [...older, ...newest.flat()];

    for (let offset = 0; offset < sound.length; offset++) {
      const bytes = Buffer.from(sound);
      bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
      writeFileSync(note, bytes);
      expect(await recovered(folder.path)).toEqual({ seen, tornBytes: 0 });
    }
  });
});

describe('a start after a crash', () => {
  it('notes that what it found is durable, though nothing is written', async () => {
    using folder = memoryFolder();
    const { log } = await writeSmallLog(folder.path);
    await crash(log, folder.path);
    const again = openLog(folder.path);
    await eventually('it is noted', () => readDurableMark(folder.path) === again.log.end());
    await again.log.close();
  });
});

describe('a file that is gone', () => {
  it('keeps the server from starting, also when it was the newest or the only one', async () => {
    using folder = memoryFolder();
    const { log } = openLog(folder.path, 500);
    for (let revision = 0; revision < 3; revision++)
      await writeGroup(log, { stream: 's', events: 3, firstRevision: 3 * revision });
    await log.close();

    for (let file = lastSegmentOf(folder.path); file !== ''; file = lastSegmentOf(folder.path)) {
      rmSync(file);
      expect(() => openLog(folder.path)).toThrow(
        /holds none of the events before position|are missing or damaged/,
      );
      expect(existsSync(file)).toBe(false);
    }
  });
});
