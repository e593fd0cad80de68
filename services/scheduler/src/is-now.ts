import type { LogBatch } from '@karrio/event-store-client';

/** Who is no further behind than this knows well enough what has happened. */
const behindMsMax = 5_000;

/** Whether a reader of the log has come to what happens now. */
export const isNow = ({ events, isCaughtUp }: LogBatch, nowMs: number): boolean => {
  const last = events.at(-1);
  return isCaughtUp || (last !== undefined && Date.parse(last.recordedAt) > nowMs - behindMsMax);
};
