/** A position of the log, as clients hand it back; undefined where it is none. */
export const positionIn = (cursor: string): bigint | undefined =>
  /^\d{1,18}$/.test(cursor) ? BigInt(cursor) : undefined;
