import { setTimeout as rest } from 'node:timers/promises';

/** Called between small pieces of work: returns at once, or after a rest in which the writer and readers go on. */
export type Pace = () => Promise<void> | undefined;

/** A piece that takes longer than this is felt by an append. */
const workMs = 2;

/** Works for 2 ms and rests as long: scavenging takes at most half a core. @throws when it is to end */
export const createPace = (signal: AbortSignal): Pace => {
  let startedMs = performance.now();
  const pause = async () => {
    await rest(Math.max(1, performance.now() - startedMs), undefined, { signal });
    startedMs = performance.now();
  };
  return () => (performance.now() - startedMs < workMs ? undefined : pause());
};
