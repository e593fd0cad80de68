import { counter } from '@karrio/telemetry';
import { backoffMs, pause } from './backoff.ts';
import { StoreUnavailable } from './errors.ts';
import { storeErrorOf } from './store-error.ts';

const repeated = counter('eventstore_client_repeated_calls_total', 'Calls that were made again, by reason.');

/**
 * A write is repeated with the same event ids, so that its effect is that of once.
 * @throws StoreUnavailable, and at once what another try would not change
 */
export const repeatWhileAway = async <T>(
  call: () => Promise<T>,
  patienceMs: number,
  signal: AbortSignal,
): Promise<T> => {
  const deadline = Date.now() + patienceMs;
  for (let failures = 0; ;) {
    try {
      return await call();
    } catch (raw) {
      const error = storeErrorOf(raw);
      if (!(error instanceof StoreUnavailable)) throw error;
      const waitMs = backoffMs(++failures);
      if (signal.aborted || Date.now() + waitMs > deadline) throw error;
      repeated.add(1, { reason: error.reason });
      await pause(waitMs, signal);
    }
  }
};
