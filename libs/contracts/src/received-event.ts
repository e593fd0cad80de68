import { z } from 'zod';

const trigger = { triggerId: z.string(), workflowId: z.string() };

/** What an event that was received has led to: of each trigger that it matched the run, or why there is none. */
export const ReceivedEvent = z.object({
  started: z.array(z.object({ ...trigger, runId: z.string() })),
  notStarted: z.array(z.object({ ...trigger, code: z.string(), message: z.string() })),
});
export type ReceivedEvent = z.infer<typeof ReceivedEvent>;

/** What would come of an event: of each trigger that listens to its type whether it passes, or what its filter says. */
export const MatchedEvent = z.object({
  listeners: z.array(z.object({ ...trigger, passes: z.boolean(), problem: z.string().nullable() })),
});
export type MatchedEvent = z.infer<typeof MatchedEvent>;
