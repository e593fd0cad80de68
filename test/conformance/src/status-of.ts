/** How a call ended; trailers as the server sent them. */
export type RawStatus = Readonly<{
  code: number;
  details: string;
  trailers: Readonly<Record<string, string>>;
}>;

type RawError = Readonly<{
  code: number;
  details: string;
  metadata: Readonly<{ getMap: () => Readonly<Record<string, unknown>> }>;
}>;

const isRawError = (error: unknown): error is RawError =>
  typeof error === 'object' && error !== null && 'code' in error && 'metadata' in error;

/** The status of a call that has to fail; the client keeps it in its own errors. */
export const statusOf = async (call: Promise<unknown>): Promise<RawStatus> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const raw: unknown = error instanceof Error && '_raw' in error ? error._raw : error;
  if (!isRawError(raw)) throw new Error('the call did not fail as calls do', { cause: error });
  const { code, details, metadata } = raw;
  const trailers: Record<string, string> = {};
  for (const [key, value] of Object.entries(metadata.getMap())) trailers[key] = String(value);
  return { code, details, trailers };
};
