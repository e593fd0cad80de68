import type { RestoreSegment } from '../log/recover.ts';
import type { Segment } from '../log/segment-file.ts';
import type { Catalog } from '../stream/catalog.ts';
import { misfitOf } from './misfit.ts';
import { restoreSnapshot } from './restore-snapshot.ts';
import { readSnapshot, snapshotFileOf } from './snapshot-file.ts';

/** What of a segment has a snapshot: everything below `end`, as of the scavenge that `stamp` stands for. */
export type Covered = Readonly<{ stamp: number; end: number }>;

export type RestoredSnapshots = Readonly<{
  restore: RestoreSegment;
  /** By the base of the segment. */
  covered: Map<number, Covered>;
}>;

/** Brings segments into the catalog without reading them, in the order of the log. */
export const restoreSnapshots = (
  catalog: Catalog,
  onIgnored: (file: string, reason: string) => void,
): RestoredSnapshots => {
  const covered = new Map<number, Covered>();

  const restore: RestoreSegment = (segment, next) => {
    const file = snapshotFileOf(segment.file);
    const outcome = restoreFrom(catalog, file, segment, next);
    if (outcome === undefined) return undefined;
    if (typeof outcome === 'string') {
      onIgnored(file, outcome);
      return undefined;
    }
    covered.set(segment.base, outcome);
    return outcome.end;
  };

  return { restore, covered };
};

/** What was restored, or why nothing was; undefined where there is no snapshot. */
const restoreFrom = (
  catalog: Catalog,
  file: string,
  segment: Segment,
  next: number | undefined,
): Covered | string | undefined => {
  const read = readSnapshot(file);
  if (!read) return undefined;
  if ('unusable' in read) return read.unusable;
  const misfit = misfitOf(read.snapshot, segment, next);
  if (misfit !== undefined) return misfit;
  if (!restoreSnapshot(catalog, read.snapshot))
    return 'its streams do not go on where the segments before it end';
  // Not the snapshot itself, which would stay in memory.
  const { stamp, end } = read.snapshot;
  return { stamp, end };
};
