import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEventLog, type EventLog } from '../src/log/event-log.ts';
import { frameLength, headerOf } from '../src/log/frame.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'karrio-log-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = (segmentBytesMax = 64 * 1024 * 1024) => {
  const seen: string[] = [];
  const log = openEventLog(
    { folder, segmentBytesMax, recentBytesMax: 0, onSpareFailure: raise },
    ({ stream, revision }) => {
      seen.push(`${String(revision)}@${stream}`);
    },
  );
  return { log, seen };
};

/** Recovery alone, for a look at what it finds. */
const recovered = async () => {
  const { log, seen } = open();
  await log.close();
  return { seen, tornBytes: log.tornBytes };
};

const raise = (error: Error) => {
  throw error;
};

let count = 0;
const event = (data = '{}') => ({
  id: `00000000-0000-4000-8000-${String(count++).padStart(12, '0')}`,
  type: 'Happened',
  isJson: true,
  data: Buffer.from(data),
  metadata: Buffer.alloc(0),
});

/** One append of some events, as a group of its own; the numbers of bytes that they take. */
const write = async (log: EventLog, stream: string, events: number, firstRevision = 0) => {
  const group = log.beginGroup();
  for (let index = 0; index < events; index++) {
    const place = { revision: firstRevision + index, remaining: events - 1 - index, createdMs: Date.now() };
    group.add(event(), { ...place, name: Buffer.from(stream) });
  }
  await log.append(group);
  return group.size();
};

/** One append to each of some streams, in one group. */
const writeGroup = async (log: EventLog, streams: readonly string[]) => {
  const group = log.beginGroup();
  for (const stream of streams) {
    group.add(event(), { revision: 0, remaining: 0, createdMs: Date.now(), name: Buffer.from(stream) });
  }
  await log.append(group);
};

const segments = () => readdirSync(folder).sort();
const lastSegment = () => path.join(folder, segments().at(-1) ?? '');

describe('recovery', () => {
  it('finds every event again, in order, over all segments', async () => {
    const { log } = open(1000);
    for (let revision = 0; revision < 12; revision++) await write(log, 'größe-流', 1, revision);
    await log.close();

    expect(segments().length).toBeGreaterThan(2);
    expect((await recovered()).seen).toEqual(
      Array.from({ length: 12 }, (_, revision) => `${String(revision)}@größe-流`),
    );
  });

  it('cuts off an append that is torn at any of its bytes, and keeps the one before', async () => {
    const { log } = open();
    await write(log, 'whole', 1);
    const size = await write(log, 'torn', 2);
    await log.close();
    const file = lastSegment();
    const all = readFileSync(file);

    for (let missing = 1; missing < size; missing++) {
      writeFileSync(file, all.subarray(0, all.length - missing));
      expect(await recovered()).toEqual({ seen: ['0@whole'], tornBytes: size - missing });
    }
  });

  it('takes zeros for room that is still to be written', async () => {
    const { log } = open();
    await write(log, 'a', 1);
    await log.close();
    appendFileSync(lastSegment(), Buffer.alloc(5000));

    expect(await recovered()).toEqual({ seen: ['0@a'], tornBytes: 0 });
    const again = open();
    await write(again.log, 'b', 1);
    await again.log.close();
    expect((await recovered()).seen).toEqual(['0@a', '0@b']);
  });

  it('goes on behind a torn end', async () => {
    const first = open();
    await write(first.log, 'a', 1);
    await write(first.log, 'b', 1);
    await first.log.close();
    truncateSync(lastSegment(), readFileSync(lastSegment()).length - 5);

    const second = open();
    await write(second.log, 'c', 1);
    await second.log.close();

    expect((await recovered()).seen).toEqual(['0@a', '0@c']);
  });

  it('never takes what an interrupted write left behind for an event of a later one', async () => {
    const first = open();
    await write(first.log, 'a', 1);
    const start = first.log.end();
    await writeGroup(first.log, ['b', 'c']);
    await first.log.close();
    const bytes = readFileSync(lastSegment());
    bytes.fill(0, start, start + frameLength(bytes, start));
    writeFileSync(lastSegment(), bytes);

    // As long as the event that was lost, so that the one behind it stands where an event would follow.
    const second = open();
    await write(second.log, 'd', 1);
    await second.log.close();

    expect((await recovered()).seen).toEqual(['0@a', '0@d']);
  });

  it('takes whatever bytes follow the last append for an unfinished write', async () => {
    const { log } = open();
    await write(log, 'a', 1);
    await log.close();
    for (const rest of [Buffer.alloc(5000, 0xff), Buffer.from('garbage')]) {
      appendFileSync(lastSegment(), rest);
      expect(await recovered()).toEqual({ seen: ['0@a'], tornBytes: rest.length });
    }
  });

  it('takes a hole in the newest group for an unfinished write, when the disk wrote its end first', async () => {
    const { log } = open();
    await write(log, 'a', 1);
    const start = readFileSync(lastSegment()).length;
    await writeGroup(log, ['b', 'c']);
    await log.close();
    const bytes = readFileSync(lastSegment());
    bytes.fill(0, start, start + frameLength(bytes, start));
    writeFileSync(lastSegment(), bytes);

    expect((await recovered()).seen).toEqual(['0@a']);
  });

  it('refuses to start when any bit before the newest group is flipped, and names file and offset', async () => {
    const { log } = open();
    const damaged = await write(log, 'damaged', 1);
    await write(log, 'later', 1);
    await log.close();
    const file = lastSegment();
    const sound = readFileSync(file);

    for (let offset = 32; offset < 32 + damaged; offset++) {
      const bytes = Buffer.from(sound);
      bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
      writeFileSync(file, bytes);
      await expect(recovered()).rejects.toThrow(`${file} is damaged at offset 32`);
    }
  });

  it('refuses to start when a segment is missing, or an older one is cut short', async () => {
    const { log } = open(500);
    for (let revision = 0; revision < 9; revision++) await write(log, 's', 1, revision);
    await log.close();
    const [, second = ''] = segments();
    const file = path.join(folder, second);
    const bytes = readFileSync(file);

    truncateSync(file, bytes.length - 3);
    await expect(recovered()).rejects.toThrow(`${file} is damaged at offset`);
    rmSync(file);
    await expect(recovered()).rejects.toThrow('missing or damaged');
  });

  it('forgets a segment whose header was never finished', async () => {
    const { log } = open();
    await write(log, 'a', 1);
    const end = log.end();
    await log.close();
    writeFileSync(path.join(folder, `${String(end).padStart(20, '0')}.log`), 'KARRIO');

    expect((await recovered()).seen).toEqual(['0@a']);
    const again = open();
    await write(again.log, 'b', 1);
    await again.log.close();
    expect((await recovered()).seen).toEqual(['0@a', '0@b']);
  });

  it('never gives out an event that the disk has changed since', async () => {
    const { log } = open();
    await write(log, 'a', 1);
    const end = log.end();
    await log.close();
    const reopened = open();
    const bytes = readFileSync(lastSegment());
    expect(headerOf(reopened.log.read(32, end).bytes, 0).stream).toBe('a');
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    writeFileSync(lastSegment(), bytes);

    expect(() => reopened.log.read(32, end)).toThrow('damaged at offset 32');
    await reopened.log.close();
  });
});
