import { setTimeout as delay } from 'node:timers/promises';

type Truthy<T> = Exclude<T, false | 0 | '' | null | undefined>;

/**
 * Asks `condition` until it gives something other than false, null or undefined, and gives that. A condition
 * that throws does not hold yet.
 *
 * @param what completes the sentence "not true after …: …"
 * @throws after `deadlineMs`, with the last error of the condition as the cause
 */
export const eventually = async <T>(
  what: string,
  condition: () => T | Promise<T>,
  deadlineMs = 30_000,
): Promise<Truthy<T>> => {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const outcome = await ask(condition);
    if ('value' in outcome && holds(outcome.value)) return outcome.value;
    if (performance.now() > deadline) {
      const cause = 'error' in outcome ? outcome.error : outcome.value;
      throw new Error(`not true after ${deadlineMs / 1000} s: ${what}`, { cause });
    }
    await delay(20);
  }
};

const ask = async <T>(condition: () => T | Promise<T>): Promise<{ value: T } | { error: unknown }> => {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
};

const holds = <T>(value: T): value is Truthy<T> => Boolean(value);
