import type { Condition } from '../stream/conditions.ts';
import { firstVisibleRevision, softDeleted } from '../stream/stream-metadata.ts';

/** What a stream may lose: always its beginning, so that its revisions stay without gaps. */
export type Cut = Readonly<{
  /** Everything below this revision goes. */
  hiddenBelow: number;
  /** From there on goes what is older than `expiredBeforeMs`, up to the first that is not, or to this revision. */
  expiredBelow: number;
  expiredBeforeMs: number;
}>;

export type StreamFacts = Readonly<{
  condition: Condition;
  lastRevision: number;
  /** Of a stream that holds another one's metadata: the revision of the last event that counts as such. */
  lastMetadataRevision: number | undefined;
}>;

/**
 * No reader of the stream sees what is cut off. Its last event stays, since new ones count on from it; of a
 * tombstoned stream nothing stays, since the tombstone is no event among its revisions.
 */
export const cutOf = ({ condition, lastRevision, lastMetadataRevision }: StreamFacts, nowMs: number): Cut => {
  const { metadata, tombstone } = condition;
  if (tombstone !== undefined) return cutBelow(lastRevision + 1);
  if (lastMetadataRevision !== undefined) return cutBelow(lastMetadataRevision);
  if (metadata.truncateBefore === softDeleted) return cutBelow(lastRevision);
  const hiddenBelow = Math.min(Math.floor(firstVisibleRevision(metadata, lastRevision)), lastRevision);
  if (metadata.maxAgeSeconds === undefined) return cutBelow(hiddenBelow);
  return { hiddenBelow, expiredBelow: lastRevision, expiredBeforeMs: nowMs - metadata.maxAgeSeconds * 1000 };
};

const cutBelow = (revision: number): Cut => ({
  hiddenBelow: revision,
  expiredBelow: revision,
  expiredBeforeMs: Number.NEGATIVE_INFINITY,
});

/** Whether all that one cut takes is taken by another one. */
export const covers = (cut: Cut, other: Cut) =>
  cut.hiddenBelow >= other.hiddenBelow &&
  (other.expiredBelow <= cut.hiddenBelow ||
    (cut.expiredBelow >= other.expiredBelow && cut.expiredBeforeMs >= other.expiredBeforeMs));
