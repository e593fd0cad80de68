import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { frameLength, headerOf } from '../src/log/frame.ts';
import { memoryFolder } from './disk/memory-folder.ts';
import { crash, lastSegmentOf, openLog, recovered, segmentsOf, writeGroup } from './disk/small-log.ts';

describe('recovery', () => {
  it('finds every event again, in order, over all segments', async () => {
    using folder = memoryFolder();
    const { log } = openLog(folder.path, 1000);
    for (let revision = 0; revision < 12; revision++) {
      await writeGroup(log, { stream: 'größe-流', firstRevision: revision });
    }
    await log.close();

    expect(segmentsOf(folder.path).length).toBeGreaterThan(2);
    expect((await recovered(folder.path)).seen).toEqual(
      Array.from({ length: 12 }, (_, revision) => `${String(revision)}@größe-流`),
    );
  });

  it('takes zeros for room that is still to be written', async () => {
    using folder = memoryFolder();
    const { log } = openLog(folder.path);
    await writeGroup(log, { stream: 'a' });
    await log.close();
    appendFileSync(lastSegmentOf(folder.path), Buffer.alloc(5000));

    expect(await recovered(folder.path)).toEqual({ seen: ['0@a'], tornBytes: 0 });
    const again = openLog(folder.path);
    await writeGroup(again.log, { stream: 'b' });
    await again.log.close();
    expect((await recovered(folder.path)).seen).toEqual(['0@a', '0@b']);
  });

  it('goes on behind a torn end', async () => {
    using folder = memoryFolder();
    const first = openLog(folder.path);
    await writeGroup(first.log, { stream: 'a' });
    await writeGroup(first.log, { stream: 'b' });
    await crash(first.log, folder.path);
    truncateSync(lastSegmentOf(folder.path), readFileSync(lastSegmentOf(folder.path)).length - 5);

    const second = openLog(folder.path);
    await writeGroup(second.log, { stream: 'c' });
    await second.log.close();

    expect((await recovered(folder.path)).seen).toEqual(['0@a', '0@c']);
  });

  it('never takes what an interrupted write left behind for an event of a later one', async () => {
    using folder = memoryFolder();
    const first = openLog(folder.path);
    await writeGroup(first.log, { stream: 'a' });
    const start = first.log.end();
    await writeGroup(first.log, { stream: 'b' }, { stream: 'c' });
    await crash(first.log, folder.path);
    loseFrame(lastSegmentOf(folder.path), start);

    // As long as the event that was lost, so that the one behind it stands where an event would follow.
    const second = openLog(folder.path);
    await writeGroup(second.log, { stream: 'd' });
    await second.log.close();

    expect((await recovered(folder.path)).seen).toEqual(['0@a', '0@d']);
  });

  it('takes whatever bytes follow the last append for an unfinished write', async () => {
    using folder = memoryFolder();
    const { log } = openLog(folder.path);
    await writeGroup(log, { stream: 'a' });
    await log.close();
    for (const rest of [Buffer.alloc(5000, 0xff), Buffer.from('garbage')]) {
      appendFileSync(lastSegmentOf(folder.path), rest);
      expect(await recovered(folder.path)).toEqual({ seen: ['0@a'], tornBytes: rest.length });
    }
  });

  it('takes a hole in the newest group for an unfinished write, when the disk wrote its end first', async () => {
    using folder = memoryFolder();
    const { log } = openLog(folder.path);
    await writeGroup(log, { stream: 'a' });
    const start = log.end();
    await writeGroup(log, { stream: 'b' }, { stream: 'c' });
    await crash(log, folder.path);
    loseFrame(lastSegmentOf(folder.path), start);

    expect((await recovered(folder.path)).seen).toEqual(['0@a']);
  });

  it('refuses to start when a segment is missing, or an older one is cut short', async () => {
    using folder = memoryFolder();
    const { log } = openLog(folder.path, 500);
    for (let revision = 0; revision < 9; revision++) {
      await writeGroup(log, { stream: 's', firstRevision: revision });
    }
    await log.close();
    const [, second = ''] = segmentsOf(folder.path);
    const bytes = readFileSync(second);

    truncateSync(second, bytes.length - 3);
    await expect(recovered(folder.path)).rejects.toThrow(`${second} is damaged at offset`);
    rmSync(second);
    await expect(recovered(folder.path)).rejects.toThrow('missing or damaged');
  });

  it('forgets a segment whose header was never finished', async () => {
    using folder = memoryFolder();
    const { log } = openLog(folder.path);
    await writeGroup(log, { stream: 'a' });
    const end = log.end();
    await log.close();
    writeFileSync(path.join(folder.path, `${String(end).padStart(20, '0')}.log`), 'KARRIO');

    expect((await recovered(folder.path)).seen).toEqual(['0@a']);
    const again = openLog(folder.path);
    await writeGroup(again.log, { stream: 'b' });
    await again.log.close();
    expect((await recovered(folder.path)).seen).toEqual(['0@a', '0@b']);
  });

  it('never gives out what stood behind the end of the log when a reader came there', async () => {
    using folder = memoryFolder();
    const first = openLog(folder.path);
    const length = await writeGroup(first.log, { stream: 'a' });
    await first.log.close();
    appendFileSync(lastSegmentOf(folder.path), Buffer.alloc(100_000));
    const { log } = openLog(folder.path);
    const start = log.end();
    const readers = [log.sequentialReader(), log.streamReader()];
    for (const read of readers) expect(headerOf(read(start - length, start).bytes, 0).stream).toBe('a');

    await writeGroup(log, { stream: 'b' });
    const end = log.end();
    // What is in memory still is found there.
    for (const stream of ['c', 'd', 'e']) await writeGroup(log, { stream, data: 'x'.repeat(1_500_000) });
    for (const read of readers) {
      const { bytes, start: at } = read(start, end);
      expect(headerOf(bytes, at).stream).toBe('b');
    }
    await log.close();
  });

  it('never gives out an event that the disk has changed since', async () => {
    using folder = memoryFolder();
    const { log } = openLog(folder.path);
    await writeGroup(log, { stream: 'a' });
    const end = log.end();
    await log.close();
    const file = lastSegmentOf(folder.path);
    const reopened = openLog(folder.path);
    const bytes = readFileSync(file);
    expect(headerOf(reopened.log.read(32, end).bytes, 0).stream).toBe('a');
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    writeFileSync(file, bytes);

    expect(() => reopened.log.read(32, end)).toThrow('damaged at offset 32');
    await reopened.log.close();
  });
});

/** As when the disk wrote what follows a frame, and not the frame. */
const loseFrame = (file: string, offset: number) => {
  const bytes = readFileSync(file);
  bytes.fill(0, offset, offset + frameLength(bytes, offset));
  writeFileSync(file, bytes);
};
