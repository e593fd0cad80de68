import type { Names } from '../index/names.ts';
import type { Catalog } from '../stream/catalog.ts';
import { noRevisions, rowLength, type PackedTexts, type SegmentSnapshot } from './segment-snapshot.ts';

/**
 * Adds the events of a segment, as reading it would. Returns whether it did: they have to go on where the events of
 * their streams end that are there already.
 */
export const restoreSnapshot = (catalog: Catalog, snapshot: SegmentSnapshot): boolean => {
  const { index } = catalog;
  const { base, rows, firstRevisions } = snapshot;
  const streams = idsOf(snapshot.streams, index.streams);
  if (!streams.every((stream, number) => goesOn(catalog, stream, firstRevisions[number] ?? noRevisions)))
    return false;
  const types = idsOf(snapshot.types, index.types);
  const tombstones = new Set(snapshot.tombstones);
  const metadata = new Map(snapshot.metadata.map((said) => [said.event, said.metadata]));
  catalog.recentIds.addPacked(snapshot.ids, index.size());
  for (let event = 0; event * rowLength < rows.length; event++) {
    const row = event * rowLength;
    const number = rows[row + 1] ?? 0;
    catalog.place({
      position: base + (rows[row] ?? 0),
      stream: streams[number] ?? 0,
      type: types[rows[row + 2] ?? 0] ?? 0,
      // Counts for the first event of a stream only: the others follow it.
      revision: firstRevisions[number] ?? 0,
      isTombstone: tombstones.has(event),
      metadata: metadata.get(event),
    });
  }
  return true;
};

const idsOf = ({ bytes, lengths }: PackedTexts, names: Names) => {
  let at = 0;
  return Array.from(lengths, (length) => {
    at += length;
    return names.idOfEncoded(bytes, at - length, length);
  });
};

const goesOn = ({ index }: Catalog, stream: number, firstRevision: number) => {
  const end = index.revisions(stream);
  const isEmpty = index.firstRevision(stream) === end;
  return isEmpty || firstRevision === noRevisions || firstRevision === end;
};
