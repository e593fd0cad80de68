import { checkFrame, checksumOf, frameLength } from '../log/frame.ts';
import { runAt } from '../log/frame-table.ts';
import { readUpTo, type Segment } from '../log/segment-file.ts';
import type { SegmentSnapshot } from './segment-snapshot.ts';

/** Why a snapshot is not of this segment as it is now; undefined where it is. `next` is where the next one begins. */
export const misfitOf = (
  snapshot: SegmentSnapshot,
  segment: Segment,
  next: number | undefined,
): string | undefined => {
  const { base, stamp, end } = snapshot;
  if (base !== segment.base) return 'it is of another segment';
  if (stamp !== stampOf(segment)) return 'the segment was scavenged since';
  if (next !== undefined && end > next) return 'it has more events than the segment';
  return isThere(snapshot, segment)
    ? undefined
    : 'the log does not have its last event: it is of another log';
};

/** Another one after each scavenge of a segment; 0 before the first. */
export const stampOf = ({ table }: Segment) => table?.stamp ?? 0;

/** What stands before the last event of a log is never changed, so the last event stands for all of them. */
const isThere = ({ base, end, last }: SegmentSnapshot, segment: Segment) => {
  const { table } = segment;
  const run = table && runAt(table, last.position - base);
  const offset = last.position - base + (run ? run.offset - run.position : 0);
  const length = (table?.framesEnd ?? end - base) - offset;
  const frame = readUpTo(segment, offset, length);
  return (
    checkFrame(frame, 0, last.position) === 'sound' &&
    frameLength(frame, 0) === length &&
    checksumOf(frame, 0) === last.checksum
  );
};
