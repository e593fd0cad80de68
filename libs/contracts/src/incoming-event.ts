import { z } from 'zod';
import { JsonValue } from './json-value.ts';

const text = (charsMax: number) =>
  z
    .string({ error: 'must be a text' })
    .min(1, 'must not be empty')
    .max(charsMax, `must have at most ${charsMax} characters`);

/** What the specification allows an extension to be. */
const extension = z.union([z.string(), z.number(), z.boolean()], {
  error: 'is an extension, which is a text, a number or a boolean; put everything else into data',
});

/** CloudEvents 1.0 in structured JSON mode, as others send them: their extensions stay. */
export const IncomingEvent = z
  .object({
    specversion: z.literal('1.0', { error: 'must be "1.0"' }),
    /** With `source` it names the event: one that comes again starts nothing again. */
    id: text(255),
    source: text(2_048),
    type: text(255),
    subject: text(2_048).optional(),
    time: z.iso
      .datetime({ offset: true, error: 'must be a time of RFC 3339, such as 2026-11-27T09:00:00Z' })
      .optional(),
    datacontenttype: text(255).optional(),
    dataschema: text(2_048).optional(),
    data: JsonValue.optional(),
    data_base64: z.base64({ error: 'must be in base64' }).optional(),
  })
  .catchall(extension)
  .superRefine((event, context) => {
    for (const name of Object.keys(event)) {
      if (!/^(?:[a-z0-9]{1,50}|data_base64)$/.test(name)) {
        const message = 'has a name that no attribute has: lower-case letters and digits';
        context.addIssue({ code: 'custom', path: [name], message });
      }
    }
  });
export type IncomingEvent = z.infer<typeof IncomingEvent>;

/**
 * The extension by which an event says how many runs led to it, one after the other: what a run sends carries the
 * run's own, and what it starts has one more.
 */
export const depthExtension = 'karriodepth';

/** The same in HTTP. */
export const depthHeader = 'karrio-depth';

/** How deep a run would be that something of this depth starts; undefined for what no run has sent. */
export const depthAfter = (given: unknown): number | undefined =>
  (typeof given === 'string' && /^\d{1,6}$/.test(given)) || (typeof given === 'number' && given >= 0)
    ? Number(given) + 1
    : undefined;
