import { z } from 'zod';
import { JsonValue } from './json-value.ts';

/** CloudEvents 1.0, structured JSON mode: what other systems subscribe to on `evt.>`. */
export const CloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  /** `io.karrio.workflow_event.succeeded` for the subject `evt.{org}.workflow_event.succeeded`. */
  type: z.string(),
  subject: z.string(),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json'),
  traceparent: z.string().optional(),
  /** Of a run's end: how many runs led to it. Who sends an event for it passes this on. */
  karriodepth: z.number().int().optional(),
  data: JsonValue,
});
export type CloudEvent = z.infer<typeof CloudEvent>;
