import { backoffMs, pause } from './backoff.ts';
import { isPassing, StoreUnavailable } from './errors.ts';

/** A write is repeated with the same event ids, so that its effect is that of once. @throws StoreUnavailable */
export const repeatWhileAway = async <T>(
  call: () => Promise<T>,
  patienceMs: number,
  signal: AbortSignal,
): Promise<T> => {
  const deadline = Date.now() + patienceMs;
  for (let failures = 0; ;) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error)) throw error;
      const waitMs = backoffMs(++failures);
      if (signal.aborted || Date.now() + waitMs > deadline) {
        throw new StoreUnavailable('The event store does not answer; check EVENTSTORE_URL and its log.', {
          cause: error,
        });
      }
      await pause(waitMs, signal);
    }
  }
};
