import { z } from 'zod';

/** So many within so long. */
export type Limit = Readonly<{ max: number; perMs: number }>;

/** What all gateways have taken of a limit, in a window that began with the first of them and ends then. */
export const Window = z.object({ untilMs: z.number(), taken: z.number() });
export type Window = z.infer<typeof Window>;

/** What one gateway may give out by itself until then; there is no other before where `isLast`. */
export type Share = Readonly<{ untilMs: number; count: number; isLast: boolean }>;

/** One share is no more of what is left than this part: the others get theirs, and little of it stays unused. */
const partOfRest = 4;

/** Takes a share of up to `wanted`; an empty one where all is taken. */
export const takeShare = (
  window: Window | undefined,
  { max, perMs }: Limit,
  wanted: number,
  nowMs: number,
): Readonly<{ next: Window | undefined; result: Share }> => {
  const current = window && window.untilMs > nowMs ? window : { untilMs: nowMs + perMs, taken: 0 };
  const { untilMs, taken } = current;
  const left = max - taken;
  const count = left > 0 ? Math.min(wanted, Math.max(1, Math.floor(left / partOfRest))) : 0;
  return {
    next: count > 0 ? { untilMs, taken: taken + count } : undefined,
    // Whose clock is ahead of ours began the window later than now.
    result: { untilMs: Math.min(untilMs, nowMs + perMs), count, isLast: count === 0 },
  };
};
