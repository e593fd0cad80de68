import { z } from 'zod';
import { Origin } from './metadata.ts';

/** What one gateway refused for the same reason, told together. */
const Refusal = z.object({
  actor: z.string(),
  /** Of the last one. */
  origin: Origin,
  action: z.string(),
  subject: z.string().nullable(),
  code: z.string(),
  repeated: z.object({
    times: z.number().int().min(1),
    since: z.iso.datetime(),
    addresses: z.array(z.string()).readonly(),
  }),
  at: z.iso.datetime(),
});

/** For the audit log of the command's organisation alone: nothing else comes of it. */
export const auditPayloads = { note_refusals: z.object({ refusals: z.array(Refusal).min(1) }) } as const;

export type AuditCommandName = keyof typeof auditPayloads;

export const isAuditCommand = (command: string): command is AuditCommandName =>
  Object.hasOwn(auditPayloads, command);
