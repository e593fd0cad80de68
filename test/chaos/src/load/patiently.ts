import { setTimeout as delay } from 'node:timers/promises';

const retryMs = 250;
const patienceMs = 180_000;

/**
 * Gives up on nothing: asks again, a quarter of a second after each time that gave undefined or threw.
 * @throws Error after three minutes, with what the last try threw
 */
export const patiently = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const outcome = await ask().then(
      (value) => ({ value, cause: undefined }),
      (cause: unknown) => ({ value: undefined, cause }),
    );
    if (outcome.value !== undefined) return outcome.value;
    if (performance.now() > deadline) throw new Error(`not within 3 minutes: ${what}`, outcome);
    await delay(retryMs);
  }
};
