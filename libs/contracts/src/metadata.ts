import { z } from 'zod';

/** From where something was asked for, as the edge saw it. */
export const Origin = z.object({
  /** The address of the sender, behind the proxies that are trusted. */
  ip: z.string(),
  userAgent: z.string().exactOptional(),
  /** The API key or the session that was shown. */
  credential: z.string().exactOptional(),
  /** `X-Request-ID`, as the answer and the logs have it. */
  requestId: z.string(),
});
export type Origin = Readonly<z.infer<typeof Origin>>;

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
  /** The name of the command that it came of, where it came of one. */
  command: z.string().optional(),
  /** Where that command came from; what services do by themselves has none. */
  origin: Origin.optional(),
  /**
   * The organisations whose audit logs tell of it, where it is no organisation's own: of what a person does, those
   * that they were a member of.
   */
  concerns: z.array(z.string()).readonly().optional(),
  /** W3C Trace Context, so that a trace reaches from the HTTP request to the last append. */
  traceparent: z.string().optional(),
  /** The version of the event's data, raised with an upcaster beside it. */
  schema: z.literal(1),
});
export type EventMetadata = Readonly<z.infer<typeof EventMetadata>>;

/** What an event shares with those that services let follow it: not who asked, and from where. */
export const inherited = ({
  origin: _origin,
  command: _command,
  concerns: _concerns,
  ...shared
}: EventMetadata): EventMetadata => shared;
