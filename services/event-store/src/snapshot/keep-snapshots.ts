import type { EventLog } from '../log/event-log.ts';
import type { ClosedSegment } from '../log/segment-set.ts';
import type { Catalog } from '../stream/catalog.ts';
import { stampOf } from './misfit.ts';
import type { Covered } from './restore-snapshots.ts';
import { snapshotFileOf, writeSnapshot } from './snapshot-file.ts';
import { takeSnapshot } from './take-snapshot.ts';

/** Writes snapshots of the segments that have none, or an outdated one. */
export type SnapshotKeeper = Readonly<{
  /** After each group: costs nothing unless a segment has become full. */
  look: () => void;
  /** Writes what is missing, that of the newest segment first, as far as that goes in a second. */
  close: () => Promise<void>;
}>;

export type KeepOptions = Readonly<{
  log: EventLog;
  catalog: Catalog;
  covered: Map<number, Covered>;
  /** The next start takes longer. */
  onFailure: (error: Error) => void;
}>;

/** A server that is stopped soon after its upgrade may have hundreds of segments without a snapshot. */
const closeMaxMs = 1000;

/** Much of a large segment would have to be read at a start if it had a snapshot only when it is full. */
const lookEachBytes = 64 * 1024 * 1024;

export const keepSnapshots = (options: KeepOptions): SnapshotKeeper => {
  const { log, covered } = options;
  let newestBase = -1;
  let lookAgainAt = 0;
  let writing: Promise<void> | undefined;
  let stopAtMs = Number.POSITIVE_INFINITY;

  const isCovered = ({ segment, end }: ClosedSegment) => {
    const known = covered.get(segment.base);
    return known?.stamp === stampOf(segment) && known.end === end;
  };

  const write = async (targets: readonly ClosedSegment[]) => {
    try {
      for (const target of targets) {
        if (performance.now() > stopAtMs) return;
        if (!isCovered(target)) await writeOne(options, target);
      }
    } catch (error) {
      options.onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  };

  const newest = (): ClosedSegment => ({ segment: log.segments.newest(), end: log.end() });

  const isClosing = () => stopAtMs < Number.POSITIVE_INFINITY;

  const look = () => {
    if (writing || isClosing()) return;
    const { base } = log.segments.newest();
    if (base === newestBase && log.end() < lookAgainAt) return;
    newestBase = base;
    lookAgainAt = log.end() + lookEachBytes;
    const large = log.end() - base >= lookEachBytes ? [newest()] : [];
    writing = write([...log.segments.closed(), ...large]).finally(() => {
      writing = undefined;
      look();
    });
  };

  const close = async () => {
    stopAtMs = performance.now() + closeMaxMs;
    await writing;
    await write([newest(), ...log.segments.closed().toReversed()]);
  };

  return { look, close };
};

const writeOne = async ({ log, catalog, covered }: KeepOptions, target: ClosedSegment) => {
  const { segment, end } = target;
  const snapshot = await takeSnapshot(log, catalog, target);
  // What a scavenge did in between is seen when the snapshot is used: its stamp is another one.
  if (snapshot) await writeSnapshot(snapshotFileOf(segment.file), snapshot);
  covered.set(segment.base, { stamp: stampOf(segment), end });
};
