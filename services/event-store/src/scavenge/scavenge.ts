import type { EventLog } from '../log/event-log.ts';
import type { Catalog } from '../stream/catalog.ts';
import type { Pace } from './pace.ts';
import { scavengeSegment } from './scavenge-segment.ts';
import { createSelection } from './selection.ts';
import { planCuts } from './stream-cuts.ts';

/** How far a scavenge is: `bytes` of the disk are free again, and `events` are gone. */
export type Progress = Readonly<{
  segments: number;
  segmentsDone: number;
  segmentsRewritten: number;
  events: number;
  bytes: number;
}>;

export const nothingYet: Progress = {
  segments: 0,
  segmentsDone: 0,
  segmentsRewritten: 0,
  events: 0,
  bytes: 0,
};

export type ScavengeOptions = Readonly<{
  log: EventLog;
  catalog: Catalog;
  recentKept: number;
  reserve: (bytes: number) => Promise<void>;
  pace: Pace;
  onProgress: (progress: Progress) => void;
}>;

/**
 * Removes from the closed segments what nobody can read any more, the oldest first: what a stream has lost is always
 * its beginning, wherever this ends.
 * @throws Error as soon as something cannot be done; the next scavenge goes on there
 */
export const scavenge = async (options: ScavengeOptions) => {
  const { log, catalog, recentKept, pace, onProgress } = options;
  const select = async () =>
    createSelection(await planCuts(log, catalog, { nowMs: Date.now(), recentKept, pace }));

  const closed = log.segments.closed();
  let progress: Progress = { ...nothingYet, segments: closed.length };
  onProgress(progress);
  let selection = await select();
  for (const segment of closed) {
    let outcome = await scavengeSegment({ ...options, selection }, segment);
    while (outcome.kind === 'outdated') {
      selection = await select();
      outcome = await scavengeSegment({ ...options, selection }, segment);
    }
    const { events, bytes } = outcome.kind === 'rewritten' ? outcome : { events: 0, bytes: 0 };
    progress = {
      ...progress,
      segmentsDone: progress.segmentsDone + 1,
      segmentsRewritten: progress.segmentsRewritten + (outcome.kind === 'rewritten' ? 1 : 0),
      events: progress.events + events,
      bytes: progress.bytes + bytes,
    };
    onProgress(progress);
  }
};
