import { eventsOf, isEnded, isSoftDeleted, metadataOf, type Log, type Logged } from './log.ts';

export type Direction = 'forwards' | 'backwards';

export type ReadOptions = Readonly<{ direction: Direction; from: 'start' | 'end' | number; count: number }>;

export type Reading = 'not found' | 'deleted' | readonly Logged[];

export const readStream = (log: Log, stream: string, { direction, from, count }: ReadOptions): Reading => {
  if (isEnded(log, stream)) return 'deleted';
  const events = eventsOf(log, stream);
  if (events.length === 0 || isSoftDeleted(log, stream)) return 'not found';
  const { maxCount = events.length, truncateBefore = 0 } = metadataOf(log, stream);
  const shown = events.filter(
    ({ revision }) => revision >= truncateBefore && revision >= events.length - maxCount,
  );
  const first = from === 'start' ? 0 : from === 'end' ? Number.POSITIVE_INFINITY : from;
  const wanted =
    direction === 'forwards'
      ? shown.filter(({ revision }) => revision >= first)
      : shown.filter(({ revision }) => revision <= first).toReversed();
  return wanted.slice(0, count);
};
