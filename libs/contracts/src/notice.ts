import { z } from 'zod';
import { JsonValue } from './json-value.ts';
import { EventMetadata } from './metadata.ts';

/** A position of the log as a decimal string: JSON numbers end at 2^53. */
export const LogPosition = z.string().regex(/^\d+$/, 'must be a position of the log, which has digits alone');

/**
 * "Run R may proceed." Level-triggered: the executor decides from the stream, so repetitions and order do not
 * matter. `requested` spares the read of a stream that was just begun; the executor's expected revision still
 * decides whether it was right.
 */
export const WakeUp = z.object({
  runId: z.string(),
  /** Decide on no older knowledge of pauses than that of this position. */
  seen: LogPosition.optional(),
  requested: z.object({ data: z.record(z.string(), JsonValue), metadata: EventMetadata }).optional(),
});
export type WakeUp = z.infer<typeof WakeUp>;

export const runStatuses = ['pending', 'running', 'success', 'aborted', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof runStatuses)[number];

export const RunEnded = z.object({ runId: z.string(), status: z.enum(runStatuses), position: LogPosition });
export type RunEnded = z.infer<typeof RunEnded>;

/** `asker` is the executor that asks: it has the run in hand itself, and is not meant. */
export const RunHeld = z.object({ runId: z.string(), asker: z.string() });
export type RunHeld = z.infer<typeof RunHeld>;

export const RunControlled = z.object({ runId: z.string() });
export type RunControlled = z.infer<typeof RunControlled>;

/** What a gateway saw since it last said so. */
export const ApiKeysUsed = z.object({ uses: z.array(z.object({ id: z.string(), at: z.iso.datetime() })) });
export type ApiKeysUsed = z.infer<typeof ApiKeysUsed>;

export const LiveChange = z.object({ entity: z.string(), id: z.string(), position: LogPosition });
export type LiveChange = z.infer<typeof LiveChange>;

export const LivePosition = z.object({ position: LogPosition });
export type LivePosition = z.infer<typeof LivePosition>;
