import { z } from 'zod';

/**
 * The envelope of every event of ours, as EventStoreDB metadata. `$correlationId` and `$causationId` are the
 * names that EventStoreDB's own projections know.
 */
export const EventMetadata = z.object({
  org: z.string(),
  /** Who asked: an API key's id, or the service that acts by itself. */
  actor: z.string(),
  $correlationId: z.string(),
  $causationId: z.string(),
  /** W3C Trace Context, so that a trace reaches from the HTTP request to the last append. */
  traceparent: z.string().optional(),
  /** The version of the event's data, raised with an upcaster beside it. */
  schema: z.literal(1),
});
export type EventMetadata = Readonly<z.infer<typeof EventMetadata>>;
