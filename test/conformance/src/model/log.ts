/** Everything that happened, in order. What streams hold is derived from it. */
export type Log = readonly Logged[];

export type Logged = Readonly<{
  stream: string;
  revision: number;
  type: string;
  id: string;
  /** What an event of a metadata stream says. */
  metadata?: Metadata;
}>;

export type Metadata = Readonly<{ maxCount?: number; truncateBefore?: number }>;

/** Both stand behind every number: the revision of a tombstone, and the truncation that is a soft delete. */
export const endless = Number.POSITIVE_INFINITY;

export const noRevision = -1;

const tombstoneType = '$streamDeleted';

export const metadataStreamOf = (stream: string) => `$$${stream}`;

export const originalOf = (stream: string) => (stream.startsWith('$$') ? stream.slice(2) : undefined);

export const eventsOf = (log: Log, stream: string) =>
  log.filter((event) => event.stream === stream && event.revision !== endless);

export const lastRevision = (log: Log, stream: string) => eventsOf(log, stream).length - 1;

/** A stream's metadata ends with it. */
export const isEnded = (log: Log, stream: string) =>
  log.some((event) => event.type === tombstoneType && [stream, originalOf(stream)].includes(event.stream));

export const metadataOf = (log: Log, stream: string): Metadata =>
  originalOf(stream) === undefined
    ? (eventsOf(log, metadataStreamOf(stream)).at(-1)?.metadata ?? {})
    : { maxCount: 1 };

export const isSoftDeleted = (log: Log, stream: string) => metadataOf(log, stream).truncateBefore === endless;

export const hasMetadata = (log: Log, stream: string) => lastRevision(log, metadataStreamOf(stream)) >= 0;

export const tombstone = (stream: string): Logged => ({
  stream,
  revision: endless,
  type: tombstoneType,
  id: '',
});
