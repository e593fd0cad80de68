import { cpSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { footerBytes } from '../src/log/frame-table.ts';
import { recover } from '../src/log/recover.ts';
import { listSegments, openSegment } from '../src/log/segment-file.ts';
import { scanFrames } from '../src/log/scan-segment.ts';
import type { Finding } from '../src/verify/finding.ts';
import { readSnapshot, snapshotFileOf, writeSnapshot } from '../src/snapshot/snapshot-file.ts';
import { verifyFolder } from '../src/verify/verify-folder.ts';
import { append, openSmallStore, scavengeNow, setMetadata, write } from './opened-store.ts';

const ignore = () => undefined;

const verified = (folder: string) => {
  const findings: Finding[] = [];
  const onFinding = (finding: Finding) => findings.push(finding);
  const summary = verifyFolder(folder, { onFinding, onProgress: ignore });
  return { ...summary, findings };
};

/** A stopped log of a few segments, the first ones scavenged; `flip` changes a byte of one of its files. */
const stoppedLog = async (isScavenged: boolean) => {
  const folder = await temporaryFolder();
  const store = await openSmallStore(folder.path);
  for (let round = 0; round < 12; round++) {
    await append(store, 'kept', 2);
    await append(store, 'short', 2);
  }
  await setMetadata(store, 'short', '{"$maxCount":1}');
  await write(store, { stream: 'gone', change: { kind: 'tombstone' } });
  await append(store, 'kept', 20);
  if (isScavenged) expect((await scavengeNow(store)).segmentsRewritten).toBeGreaterThan(1);
  await store[Symbol.asyncDispose]();
  const files = listSegments(folder.path).map(({ file }) => file);
  const flip = (file: string, offset: number) => {
    const bytes = readFileSync(file);
    bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
    writeFileSync(file, bytes);
  };
  return { ...folder, folder: folder.path, files, flip, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
};

describe('verifying a log', () => {
  it.each([false, true])('finds nothing in one that is sound (scavenged: %s)', async (isScavenged) => {
    await using log = await stoppedLog(isScavenged);
    const { findings, segments, streams, end } = verified(log.folder);

    expect(findings).toEqual([]);
    expect([segments, streams]).toEqual([log.files.length, 5]);
    expect(end).toBeGreaterThan(2000);
  });

  it.each([0, 1])(
    'names file and offset of any byte of a segment that has changed (segment %i)',
    async (number) => {
      await using log = await stoppedLog(true);
      const file = log.files[number] ?? '';
      const parts = partsOf(file);
      for (let offset = 0; offset < readFileSync(file).length; offset += 7) {
        log.flip(file, offset);
        const { findings } = verified(log.folder);
        const part = parts.findLast(({ from }) => from <= offset);
        expect(findings[0], `byte ${String(offset)}`).toMatchObject({ file, offset: part?.named });
        expect(() => recover(log.folder, ignore, 0)).toThrow(file);
        log.flip(file, offset);
      }
      expect(verified(log.folder).findings).toEqual([]);
    },
  );

  it('goes on behind what is damaged, and finds the next one', async () => {
    await using log = await stoppedLog(true);
    const [first = '', second = ''] = log.files;
    log.flip(first, 100);
    log.flip(second, 100);
    const { findings, events } = verified(log.folder);

    expect(findings.map(({ file }) => file)).toEqual([first, second]);
    expect(events).toBeGreaterThan(10);
  });

  it('misses a segment that is gone, and the end of one that was cut off', async () => {
    await using log = await stoppedLog(false);
    const [first = '', second = '', third = ''] = log.files;
    truncateSync(third, readFileSync(third).length - 10);
    rmSync(second);

    const problem = expect.stringContaining('are missing or cannot be read');
    expect(verified(log.folder).findings).toEqual([
      { file: first, offset: expect.any(Number), problem },
      { file: third, offset: expect.any(Number), problem },
    ]);
  });

  it('knows a write that is not finished from one that was durable', async () => {
    await using log = await stoppedLog(true);
    const newest = log.files.at(-1) ?? '';
    const size = readFileSync(newest).length;
    truncateSync(newest, size - 5);
    expect(verified(log.folder).findings).toMatchObject([
      { file: newest, problem: expect.stringContaining('are missing or cannot be read') },
    ]);

    // Without what the server noted, nobody can tell any more.
    rmSync(path.join(log.folder, 'durable'));
    rmSync(snapshotFileOf(newest));
    expect(verified(log.folder)).toMatchObject({ findings: [] });
    expect(verified(log.folder).unfinishedBytes).toBeGreaterThan(0);
  });

  it('finds a snapshot that is damaged, or says something else than its segment', async () => {
    await using log = await stoppedLog(true);
    const [first = '', second = ''] = log.files.map(snapshotFileOf);
    const read = readSnapshot(second);
    if (!read || 'unusable' in read) throw new Error('the second segment has no snapshot');
    const rows = Uint32Array.from(read.snapshot.rows);
    rows[1] = (rows[1] ?? 0) === 0 ? 1 : 0;
    await writeSnapshot(second, { ...read.snapshot, rows });
    log.flip(first, 90);

    expect(verified(log.folder).findings).toEqual([
      { file: first, offset: 0, problem: expect.stringContaining('damaged') },
      { file: second, offset: 0, problem: expect.stringContaining('does not say what the segment says') },
    ]);
  });

  it('changes nothing in the folder', async () => {
    await using log = await stoppedLog(true);
    await using copy = await temporaryFolder();
    cpSync(log.folder, copy.path, { recursive: true });
    truncateSync(path.join(copy.path, path.basename(log.files.at(-1) ?? '')), 40);
    const content = () =>
      readdirSync(copy.path).map((name) => [name, readFileSync(path.join(copy.path, name))]);
    const before = content();
    verified(copy.path);

    expect(content()).toEqual(before);
  });
});

/** What can be damaged on its own, and the offset that it is named by: the header, each frame, the table. */
const partsOf = (file: string) => {
  const segment = openSegment(file, Number(path.basename(file, '.log')), 'r');
  const size = readFileSync(file).length;
  const framesEnd = segment?.table?.framesEnd ?? size;
  const frames = segment ? [...scanFrames(segment, framesEnd)] : [];
  const named = frames.map(({ offset }) => ({ from: offset, named: offset }));
  return [{ from: 0, named: 0 }, ...named, { from: framesEnd, named: size - footerBytes }];
};
