import type { StackPart } from './parts.ts';
import { supervise, type Supervision } from './supervisor.ts';

export type Group = AsyncDisposable & Readonly<{ kill: () => Promise<void> }>;

/**
 * Starts parts side by side, and keeps them running until disposal.
 * @throws Error for a human when one does not start; the others are stopped by then
 */
export const startGroup = async (
  parts: readonly StackPart[],
  { signal, ...supervision }: Supervision,
): Promise<Group> => {
  const failing = new AbortController();
  let failure: Error | undefined;
  const begun = parts.map(async (part) => {
    try {
      return await supervise(part, { ...supervision, signal: AbortSignal.any([signal, failing.signal]) });
    } catch (error) {
      failure ??= new Error(failureOf(part, error), { cause: error });
      failing.abort();
      return undefined;
    }
  });
  const started = (await Promise.all(begun)).filter((part) => part !== undefined);

  const stop = async () => {
    await Promise.all(started.map((part) => part.stop()));
  };
  if (failure) {
    await stop();
    throw failure;
  }
  return {
    kill: async () => {
      await Promise.all(started.map((part) => part.kill()));
    },
    [Symbol.asyncDispose]: stop,
  };
};

const failureOf = ({ name, logPath, remedy }: StackPart, error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  return [`${name} did not start: ${reason}`, `Its log is ${logPath}.`, remedy].join('\n').trimEnd();
};
