import { createdMsOf } from '../log/frame.ts';
import type { EventLog } from '../log/event-log.ts';
import { createEventReader, type EventReader } from '../read/event-reader.ts';
import { lastVisibleRevision } from '../read/last-visible-revision.ts';
import type { Catalog } from '../stream/catalog.ts';
import { metadataEventType, originalStreamOf } from '../stream/stream-metadata.ts';
import { cutOf, type Cut } from './cut.ts';
import type { Pace } from './pace.ts';

/** A cut in the order of the log: ordinals below `hiddenTo` go, those below `expiredTo` where they are old enough. */
export type PlannedCut = Readonly<{ cut: Cut; hiddenTo: number; expiredTo: number }>;

/** By stream, of those that may lose something. */
export type StreamCuts = ReadonlyMap<number, PlannedCut>;

export type CutOptions = Readonly<{
  nowMs: number;
  /** So many of the last events of the log stay, whatever hides them. */
  recentKept: number;
  pace: Pace;
}>;

/** What readers do not see of each stream, by what is durable now. */
export const planCuts = async (
  log: EventLog,
  catalog: Catalog,
  { nowMs, recentKept, pace }: CutOptions,
): Promise<StreamCuts> => {
  const reader = createEventReader(log, catalog, { isSequential: false, resolveLinks: false });
  const recentFrom = Math.max(0, catalog.visible() - recentKept);
  const cuts = new Map<number, PlannedCut>();
  for (let stream = 0; stream < catalog.index.streams.size(); stream++) {
    await pace();
    const planned = planCut(catalog, reader, stream, { nowMs, recentFrom });
    if (planned) cuts.set(stream, planned);
  }
  return cuts;
};

/** undefined for a stream without events, and for the one that names the log. */
export const currentCut = (catalog: Catalog, stream: number, nowMs: number): Cut | undefined => {
  const { index } = catalog;
  const name = index.streams.nameOf(stream);
  const lastRevision = lastVisibleRevision(catalog, name);
  const isEmpty = lastRevision < index.firstRevision(stream);
  if (isEmpty || stream === index.streamAt(0)) return undefined;
  const lastMetadataRevision =
    originalStreamOf(name) === undefined ? undefined : lastMetadata(catalog, stream, lastRevision);
  return cutOf({ condition: catalog.conditionOf(name), lastRevision, lastMetadataRevision }, nowMs);
};

/** Nobody keeps a writer from appending other events to a stream that holds metadata. */
const lastMetadata = ({ index }: Catalog, stream: number, last: number) => {
  const type = index.types.find(metadataEventType);
  const first = index.firstRevision(stream);
  for (let revision = last; revision >= first; revision--) {
    if (index.typeAt(index.ordinalOf(stream, revision)) === type) return revision;
  }
  return last;
};

const planCut = (
  catalog: Catalog,
  reader: EventReader,
  stream: number,
  { nowMs, recentFrom }: Readonly<{ nowMs: number; recentFrom: number }>,
): PlannedCut | undefined => {
  const { index } = catalog;
  const cut = currentCut(catalog, stream, nowMs);
  if (!cut) return undefined;
  const first = index.firstRevision(stream);
  const ordinalBelow = (revision: number) =>
    revision > first ? Math.min(index.ordinalOf(stream, revision - 1) + 1, recentFrom) : 0;
  const createdMs = (revision: number) => {
    const { bytes, start } = reader.frameOf(index.ordinalOf(stream, revision));
    return createdMsOf(bytes, start);
  };
  const hiddenTo = ordinalBelow(cut.hiddenBelow);
  const expiredTo = ordinalBelow(firstUnexpired(cut, Math.max(first, cut.hiddenBelow), createdMs));
  const begin = index.ordinalOf(stream, first);
  return Math.max(hiddenTo, expiredTo) > begin ? { cut, hiddenTo, expiredTo } : undefined;
};

/**
 * Found by halving, as if the clock had never gone back. It bounds what is looked at; whether an event goes is
 * decided by its own age.
 */
const firstUnexpired = (
  { expiredBelow, expiredBeforeMs }: Cut,
  from: number,
  createdMs: (revision: number) => number,
) => {
  let low = from;
  let high = expiredBelow;
  if (low >= high || createdMs(low) >= expiredBeforeMs) return low;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (createdMs(middle) < expiredBeforeMs) low = middle + 1;
    else high = middle;
  }
  return low;
};
