/** What a stream's metadata says about which of its events still show. */
export type StreamMetadata = Readonly<{
  maxCount: number | undefined;
  maxAgeSeconds: number | undefined;
  /** Events below this revision are hidden; `softDeleted` hides the stream. */
  truncateBefore: number;
}>;

/** `$tb` of a soft-deleted stream is 2^63 - 1, which no JSON number in JavaScript can hold. */
export const softDeleted = Number.POSITIVE_INFINITY;

export const noMetadata: StreamMetadata = {
  maxCount: undefined,
  maxAgeSeconds: undefined,
  truncateBefore: 0,
};

export const metadataEventType = '$metadata';

export const softDeletingJson = '{"$tb":9223372036854775807}';

/** Metadata that is no JSON object says nothing. */
export const parseStreamMetadata = (json: string): StreamMetadata => {
  const values = parseObject(json);
  const truncateBefore = positive(values['$tb']) ?? 0;
  return {
    maxCount: positive(values['$maxCount']),
    maxAgeSeconds: positive(values['$maxAge']),
    truncateBefore: truncateBefore > Number.MAX_SAFE_INTEGER ? softDeleted : truncateBefore,
  };
};

/** The metadata of a soft-deleted stream that is written to again: everything as before, but visible from `revision`. */
export const visibleFromJson = (json: string, revision: number) =>
  JSON.stringify({ ...parseObject(json), $tb: revision });

/** The name of the stream that holds another one's metadata. */
export const metadataStreamOf = (stream: string) => `$$${stream}`;

/** The stream that this one holds the metadata of. */
export const originalStreamOf = (stream: string) => (stream.startsWith('$$') ? stream.slice(2) : undefined);

/** The lowest revision that a reader may see, by everything but age. */
export const firstVisibleRevision = (metadata: StreamMetadata, lastRevision: number) =>
  metadata.maxCount === undefined
    ? metadata.truncateBefore
    : Math.max(metadata.truncateBefore, lastRevision + 1 - metadata.maxCount);

export const isExpired = (metadata: StreamMetadata, createdMs: number, nowMs: number) =>
  metadata.maxAgeSeconds !== undefined && createdMs < nowMs - metadata.maxAgeSeconds * 1000;

const positive = (value: unknown) => (typeof value === 'number' && value > 0 ? value : undefined);

const parseObject = (json: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};
