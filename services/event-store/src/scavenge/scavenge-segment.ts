import { fstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { createdMsOf } from '../log/frame.ts';
import type { EventLog } from '../log/event-log.ts';
import { createSegmentDraft, type SegmentDraft } from '../log/segment-draft.ts';
import { damagedAt, segmentHeaderBytes, type Segment } from '../log/segment-file.ts';
import type { ClosedSegment } from '../log/segment-set.ts';
import { scanFrames } from '../log/scan-segment.ts';
import type { Catalog } from '../stream/catalog.ts';
import { covers } from './cut.ts';
import type { Pace } from './pace.ts';
import type { Selection } from './selection.ts';
import { currentCut } from './stream-cuts.ts';

/** `outdated`: metadata has changed meanwhile so that some of what was to go is visible again; nothing was done. */
export type SegmentOutcome =
  | Readonly<{ kind: 'unchanged' | 'outdated' }>
  | Readonly<{ kind: 'rewritten'; events: number; bytes: number }>;

export type SegmentWork = Readonly<{
  log: EventLog;
  catalog: Catalog;
  selection: Selection;
  /** Asks for room on the disk. @throws Error */
  reserve: (bytes: number) => Promise<void>;
  pace: Pace;
}>;

/** What of the segment went, by stream. */
type Removed = Map<number, number>;

/** Some 600 events: read, checked and copied in less than a millisecond. */
const windowBytes = 256 * 1024;

/**
 * Writes the segment anew without the selected events, and puts that in its place, in the index too. A crash or an
 * error at any moment leaves the segment as it was, or as it shall be.
 */
export const scavengeSegment = async (work: SegmentWork, closed: ClosedSegment): Promise<SegmentOutcome> => {
  const { log, reserve } = work;
  const { segment, end } = closed;
  if (!(await hasCandidates(work, closed))) return { kind: 'unchanged' };
  const bytesBefore = fstatSync(segment.descriptor).size;
  await reserve(bytesBefore);
  await using draft = await createSegmentDraft(segment);
  const removed = await copyKept(work, closed, draft);
  if (removed.size === 0) return { kind: 'unchanged' };
  const finished = await draft.finish(end);
  await assertReadable(finished, work.pace);
  const bytesAfter = fstatSync(finished.descriptor).size;

  if (!isStillHidden(work, removed)) return { kind: 'outdated' };
  // From here to the last line nothing waits, so no reader sees half of it.
  const installed = draft.install();
  let events = 0;
  for (const [stream, count] of removed) {
    work.catalog.index.removeBefore(stream, work.catalog.index.firstRevision(stream) + count);
    events += count;
  }
  log.segments.replace(installed);
  await syncFolderLater(path.dirname(segment.file));
  return { kind: 'rewritten', events, bytes: bytesBefore - bytesAfter };
};

/** A look at the index alone: most segments have nothing to lose, and need not be read. */
const hasCandidates = async (
  { catalog: { index }, selection, pace }: SegmentWork,
  { segment, end }: ClosedSegment,
) => {
  const to = index.ordinalFrom(end);
  for (let ordinal = index.ordinalFrom(segment.base); ordinal < to; ordinal++) {
    if (ordinal % 1024 === 0) await pace();
    if (!index.isRemoved(ordinal) && selection.mayGo(index.streamAt(ordinal), ordinal)) return true;
  }
  return false;
};

const copyKept = async (
  { catalog: { index }, selection, pace }: SegmentWork,
  { segment, end }: ClosedSegment,
  draft: SegmentDraft,
): Promise<Removed> => {
  const removed: Removed = new Map();
  const framesEnd = segment.table?.framesEnd ?? end - segment.base;
  let ordinal = index.ordinalFrom(segment.base);
  let copiedTo = segmentHeaderBytes;
  let flushedTo = copiedTo;
  for (const frame of scanFrames(segment, framesEnd, { windowBytes })) {
    while (index.isRemoved(ordinal)) ordinal++;
    if (index.positionAt(ordinal) !== frame.position)
      throw new Error(
        `the index does not know the event at position ${String(frame.position)}: restart the server`,
      );
    const stream = index.streamAt(ordinal);
    if (selection.goes(stream, ordinal, createdMsOf(frame.bytes, frame.start)))
      removed.set(stream, (removed.get(stream) ?? 0) + 1);
    else draft.add(frame);
    ordinal++;
    copiedTo = frame.offset + frame.length;
    if (copiedTo - flushedTo < windowBytes) continue;
    flushedTo = copiedTo;
    await draft.flush();
    await pace();
  }
  if (copiedTo !== framesEnd) throw damagedAt(segment, copiedTo);
  return removed;
};

/** The old file is gone for good afterwards, so the new one is read once before. */
const assertReadable = async (segment: Segment, pace: Pace) => {
  let events = 0;
  let offset = segmentHeaderBytes;
  for (const frame of scanFrames(segment, segment.table?.framesEnd ?? 0, { windowBytes })) {
    events++;
    offset = frame.offset + frame.length;
    await pace();
  }
  const isWhole = offset === segment.table?.framesEnd && events === segment.table.events;
  if (!isWhole) throw damagedAt(segment, offset);
};

const isStillHidden = ({ catalog, selection }: SegmentWork, removed: Removed) => {
  const nowMs = Date.now();
  for (const stream of removed.keys()) {
    const now = currentCut(catalog, stream, nowMs);
    const planned = selection.cutOf(stream);
    if (!now || !planned || !covers(now, planned)) return false;
  }
  return true;
};

/** Not on the event loop: it waits for the disk. */
const syncFolderLater = async (folder: string) => {
  await using handle = await open(folder, 'r');
  await handle.sync();
};
