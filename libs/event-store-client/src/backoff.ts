import { setTimeout as delay } from 'node:timers/promises';

/** 100 ms doubling to 5 s, less up to a half, so that many processes do not come back at the same moment. */
export const backoffMs = (failures: number, random: () => number = Math.random): number =>
  Math.min(5_000, 100 * 2 ** (failures - 1)) * (1 - random() / 2);

/** Ends early, without an error, when the signal aborts. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {});
};
