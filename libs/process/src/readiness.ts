/** Each part that a process needs in order to work, and how to ask whether it is there. */
export type Ready = Readonly<Record<string, () => Promise<unknown>>>;
export type PartState = Readonly<{ ok: true }> | Readonly<{ ok: false; error: string }>;

/** Every part is asked at once; one that has not answered within `timeoutMs` is not ready. */
export const checkReadiness = async (
  ready: Ready,
  timeoutMs = 2_000,
): Promise<Readonly<Record<string, PartState>>> => {
  const asked = Object.entries(ready).map(async ([part, ask]): Promise<[string, PartState]> => [
    part,
    await stateOf(ask, timeoutMs),
  ]);
  return Object.fromEntries(await Promise.all(asked));
};

const stateOf = async (ask: () => Promise<unknown>, timeoutMs: number): Promise<PartState> => {
  const late = Promise.withResolvers<PartState>();
  const timer = setTimeout(
    () => late.resolve({ ok: false, error: `no answer within ${timeoutMs} ms` }),
    timeoutMs,
  );
  try {
    return await Promise.race([ask().then((): PartState => ({ ok: true })), late.promise]);
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
};
