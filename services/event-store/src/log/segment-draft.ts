import { closeSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { encodeFrameTable } from './frame-table.ts';
import type { ScannedFrame } from './scan-segment.ts';
import {
  openSegment,
  segmentHeader,
  segmentHeaderBytes,
  UnusableSegment,
  type Segment,
} from './segment-file.ts';

/**
 * A segment without some of its frames, in a file of its own. It counts for nothing until it is put in the place of
 * the segment, whole and durable: a crash leaves the one or the other.
 */
export type SegmentDraft = AsyncDisposable &
  Readonly<{
    /** Keeps a frame; frames come in the order of the log. */
    add: (frame: ScannedFrame) => void;
    /** Writes what was added. */
    flush: () => Promise<void>;
    /** Nothing is added any more; `end` is where the next segment begins. Durable when it resolves. */
    finish: (end: number) => Promise<Segment>;
    /** Renames the finished draft over the segment; what it returns belongs to the caller. */
    install: () => Segment;
  }>;

const draftSuffix = '.scavenged.tmp';

/** What a process left that ended while it scavenged. */
export const removeDrafts = (folder: string) => {
  for (const name of readdirSync(folder)) {
    if (name.endsWith(draftSuffix)) rmSync(path.join(folder, name));
  }
};

export const createSegmentDraft = async ({ base, file }: Segment): Promise<SegmentDraft> => {
  const draft = `${file}${draftSuffix}`;
  await using opening = new AsyncDisposableStack();
  const handle = opening.use(await open(draft, 'w'));
  const frames = collectFrames(base);
  let finished: Segment | undefined;

  const flush = async () => {
    await handle.appendFile(frames.take());
  };

  const finish = async (end: number) => {
    await handle.appendFile(Buffer.concat([frames.take(), frames.table(end)]));
    await handle.sync();
    finished = openSegment(draft, base, 'r');
    if (!finished) throw new UnusableSegment(`${draft} is not as it was written: is the disk failing?`);
    return finished;
  };

  const install = () => {
    if (!finished) throw new Error('a draft is installed when it is finished');
    renameSync(draft, file);
    const segment = { ...finished, file };
    finished = undefined;
    return segment;
  };

  opening.defer(() => {
    if (finished) closeSync(finished.descriptor);
    rmSync(draft, { force: true });
  });
  const opened = opening.move();
  return { add: frames.add, flush, finish, install, [Symbol.asyncDispose]: () => opened.disposeAsync() };
};

/** The bytes of the file in pieces, and the table that comes last. */
const collectFrames = (base: number) => {
  const header = segmentHeader(base, 'scavenged');
  const runs: number[] = [];
  let added: Buffer[] = [header];
  let events = 0;
  let offset = segmentHeaderBytes;
  let runGoesOnAt = -1;

  const add = ({ bytes, start, length, position }: ScannedFrame) => {
    if (position !== runGoesOnAt) runs.push(position - base, offset);
    added.push(Buffer.from(bytes.subarray(start, start + length)));
    runGoesOnAt = position + length;
    offset += length;
    events++;
  };

  const take = () => {
    const bytes = Buffer.concat(added);
    added = [];
    return bytes;
  };

  const table = (end: number) => encodeFrameTable(header, { end, events, runs: Uint32Array.from(runs) });

  return { add, take, table };
};
