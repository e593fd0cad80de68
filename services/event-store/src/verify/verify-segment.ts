import { fstatSync } from 'node:fs';
import { headerOf, type FrameHeader } from '../log/frame.ts';
import type { Run } from '../log/frame-table.ts';
import { hasLaterGroup, isBlank, runsIn, scanFrames, soundFrames } from '../log/scan-segment.ts';
import { segmentHeaderBytes, type Segment } from '../log/segment-file.ts';
import { followAppends } from './follow-appends.ts';

export type SegmentCheck = Readonly<{
  segment: Segment;
  /** Where the next segment begins; undefined for the newest. */
  next: number | undefined;
  /** The log was durable up to here at least. */
  durableEnd: number;
  onEvent: (header: FrameHeader, offset: number) => void;
  /** What stands between the event before and the one after cannot be read. */
  onGap: () => void;
  report: (offset: number, problem: string) => void;
}>;

/** Where the events end, and how much of an unfinished write follows: a start cuts it off. */
export type SegmentEnd = Readonly<{ end: number; unfinishedBytes: number }>;

/** Reads every frame of a segment, and goes on behind those that are damaged. */
export const verifySegment = (check: SegmentCheck): SegmentEnd => {
  if (check.segment.table) return verifyScavenged(check);
  return check.next === undefined ? verifyNewest(check) : verifyClosed(check, check.next);
};

const verifyScavenged = (check: SegmentCheck): SegmentEnd => {
  const { segment, next, report, onGap } = check;
  const { end = 0, events = 0, framesEnd = 0 } = segment.table ?? {};
  const seen = readThrough(check, framesEnd, () => false);
  if (!seen.isDamaged && seen.events !== events)
    report(framesEnd, `its table tells of ${String(events)} events, and there are ${String(seen.events)}`);
  if (next === undefined) report(framesEnd, `the events from position ${String(end)} on are missing`);
  else if (next !== end) {
    report(framesEnd, missing(end, next));
    onGap();
  }
  return { end, unfinishedBytes: 0 };
};

const verifyClosed = (check: SegmentCheck, next: number): SegmentEnd => {
  const { segment, report, onGap } = check;
  const wanted = next - segment.base;
  const limit = Math.min(fstatSync(segment.descriptor).size, wanted);
  const isShort = limit < wanted;
  const { offset, wholeTo, isDamaged } = readThrough(
    check,
    limit,
    (whole) => isShort && !hasLaterGroup(segment, whole, limit),
  );
  if (isShort) {
    report(wholeTo, missing(segment.base + wholeTo, next));
    onGap();
  } else if (!isDamaged && wholeTo < offset) report(wholeTo, 'the append that begins here has no end');
  return { end: next, unfinishedBytes: 0 };
};

/** Beside a running server its end is still being written. */
const verifyNewest = (check: SegmentCheck): SegmentEnd => {
  const { segment, durableEnd, report, onGap } = check;
  const limit = fstatSync(segment.descriptor).size;
  const isEnd = (wholeTo: number) =>
    isBlank(segment, wholeTo, limit) || !hasLaterGroup(segment, wholeTo, limit);
  const { wholeTo } = readThrough(check, limit, isEnd);
  const end = segment.base + wholeTo;
  const isLost = end < durableEnd;
  if (isLost) {
    report(wholeTo, missing(end, durableEnd));
    onGap();
  }
  return { end, unfinishedBytes: isLost || isBlank(segment, wholeTo, limit) ? 0 : limit - wholeTo };
};

const missing = (from: number, to: number) =>
  `the events from position ${String(from)} to ${String(to)} are missing or cannot be read`;

type Seen = Readonly<{ offset: number; wholeTo: number; events: number; isDamaged: boolean }>;

/** Up to the limit, or to where bytes that cannot be read are the end of what was written. */
const readThrough = (check: SegmentCheck, limit: number, isEnd: (wholeTo: number) => boolean): Seen => {
  const { segment, onEvent, onGap, report } = check;
  const appends = followAppends(segment.table === undefined, report);
  let runs = [...runsIn(segment, limit)];
  let offset = segmentHeaderBytes;
  let events = 0;
  let isDamaged = false;
  for (;;) {
    for (const frame of scanFrames(segment, limit, { runs })) {
      const header = headerOf(frame.bytes, frame.start);
      offset = frame.offset + frame.length;
      appends.follow(header, frame.offset, offset);
      onEvent(header, frame.offset);
      events++;
    }
    const stopped = runs.findIndex(({ end }) => end > offset);
    const run = runs[stopped];
    if (!run || isEnd(appends.wholeTo())) return { offset, wholeTo: appends.wholeTo(), events, isDamaged };
    const [sound] = soundFrames(segment, run, offset + 1);
    const soundAt = sound?.offset ?? run.end;
    report(offset, missing(positionAt(segment, run, offset), positionAt(segment, run, soundAt)));
    onGap();
    isDamaged = true;
    appends.skipTo(soundAt);
    runs = [startingAt(run, soundAt), ...runs.slice(stopped + 1)].filter(({ offset: at, end }) => at < end);
    offset = soundAt;
  }
};

const positionAt = ({ base }: Segment, run: Run, offset: number) => base + run.position + offset - run.offset;

const startingAt = (run: Run, offset: number): Run => ({
  position: run.position + offset - run.offset,
  offset,
  end: run.end,
});
