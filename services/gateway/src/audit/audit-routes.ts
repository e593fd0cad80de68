import { Readable } from 'node:stream';
import type { ReadModel } from '@karrio/read-model';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { viewerOfRequest } from '../auth/route-permission.ts';
import { plainWords } from '../http/plain-words.ts';
import { problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';
import { exportLines } from './export-lines.ts';

const time = z.iso
  .datetime({ error: 'must be a time such as 2026-11-27T00:00:00Z', offset: true })
  .optional();
const text = z.string().optional();

const Query = z.strictObject({
  format: z.enum(['jsonl', 'csv'], { error: 'must be jsonl or csv' }).default('jsonl'),
  actor: text,
  action: text,
  outcome: z.enum(['accepted', 'refused'], { error: 'must be accepted or refused' }).optional(),
  entity_type: text,
  entity_id: text,
  created_after: time,
  created_before: time,
});

const mediaTypes = { jsonl: 'application/jsonl; charset=utf-8', csv: 'text/csv; charset=utf-8' } as const;

/** The audit log as a file, of any length. */
export const addAuditRoutes = (server: FastifyInstance, { of }: Pick<ReadModel, 'of'>): void => {
  server.get(
    '/v1/audit-log',
    { config: { permission: 'audit:read' } },
    async (request: FastifyRequest, reply) => {
      const query = Query.safeParse(request.query, { error: plainWords });
      if (!query.success) {
        const errors = query.error.issues.map(({ path, message }) => ({
          field: path.join('.') || 'query',
          messages: [message],
        }));
        const said = errors.map(({ field, messages }) => `${field}: ${messages.join(' ')}`).join('; ');
        return sendProblem(reply, problem('validation', said, errors));
      }
      const { format, ...filter } = query.data;
      const { org } = viewerOfRequest(request);
      return reply
        .header('content-type', mediaTypes[format])
        .header('content-disposition', `attachment; filename="audit-log.${format}"`)
        .send(Readable.from(exportLines(of(org), org, filter, format)));
    },
  );
};
