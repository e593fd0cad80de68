import { z } from 'zod';

/** A secret as it leaves the gateway. */
export const SealedGiven = z.object({ sealed: z.string(), fingerprint: z.string() });
export type SealedGiven = z.infer<typeof SealedGiven>;
