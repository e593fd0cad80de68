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

const int64Max = 2n ** 63n - 1n;

export const softDeletingJson = `{"$tb":${String(int64Max)}}`;

/**
 * Metadata that is no JSON object says nothing. As in the real server nor does metadata in which one of the
 * system's numbers is none, or beyond 64 bits; a number that is not positive leaves its limit out.
 */
export const parseStreamMetadata = (json: string): StreamMetadata => {
  const values = parseObject(json, exactIntegers) ?? {};
  const numbers = ['$maxCount', '$maxAge', '$tb', '$cacheControl'].map((key) => values[key]);
  if (!numbers.every((value) => value === undefined || isInt64(value))) return noMetadata;
  const truncateBefore = values['$tb'];
  return {
    maxCount: positive(values['$maxCount']),
    maxAgeSeconds: positive(values['$maxAge']),
    truncateBefore: truncateBefore === int64Max ? softDeleted : (positive(truncateBefore) ?? 0),
  };
};

/**
 * The metadata of a soft-deleted stream that is written to again: everything as before, but visible from
 * `revision`. undefined where it is no JSON object: then it hides nothing either.
 */
export const visibleFromJson = (json: string, revision: number) => {
  const values = parseObject(json);
  return values && JSON.stringify({ ...values, $tb: revision });
};

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

const isInt64 = (value: unknown) =>
  typeof value === 'bigint' && value <= int64Max && value >= -(int64Max + 1n);

const positive = (value: unknown) => (typeof value === 'bigint' && value > 0n ? Number(value) : undefined);

type Reviver = (key: string, value: unknown, context?: Readonly<{ source?: string }>) => unknown;

/** A JavaScript number can not tell 2^63 - 1, which deletes, from its neighbours: the text can. */
const exactIntegers: Reviver = (_key, value, context) =>
  typeof value === 'number' && /^-?\d+$/.test(context?.source ?? '') ? BigInt(context?.source ?? '') : value;

const parseObject = (json: string, reviver?: Reviver): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(json, reviver);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};
