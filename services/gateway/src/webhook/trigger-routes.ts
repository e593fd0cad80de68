import { attribute, traced, withTraceparent } from '@karrio/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '../http/server.ts';
import { runAnswerSchema } from '../run/run-answer.ts';
import type { AdmissionPorts } from './admit.ts';
import { readDelivery, type DeliveryRequest } from './read-delivery.ts';
import { startRun, type StartPorts } from './start-run.ts';
import type { WebhookTarget } from './webhooks.ts';

export type TriggerPorts = AdmissionPorts & StartPorts;

const routes = [
  { url: '/v1/workflows/:id/trigger', name: 'POST /v1/workflows/{id}/trigger', kind: 'workflow' },
  { url: '/v1/webhooks/:id', name: 'POST /v1/webhooks/{id}', kind: 'trigger' },
] as const;

export const addTriggerRoutes = (server: FastifyInstance, ports: TriggerPorts): void => {
  // In a scope of their own: what is signed are the bytes, and they come as such here alone.
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
    for (const { url, name, kind } of routes) {
      scope.post(
        url,
        {
          config: { permission: 'own' },
          schema: { response: { 200: runAnswerSchema, 202: runAnswerSchema } },
        },
        (request: DeliveryRequest, reply) =>
          withTraceparent(oneOf(request.headers['traceparent']), () =>
            traced(name, { [attribute.httpRoute]: url }, () =>
              trigger(ports, { kind, id: request.params.id }, request, reply),
            ),
          ),
      );
    }
  });
};

const trigger = async (
  ports: TriggerPorts,
  target: WebhookTarget,
  request: DeliveryRequest,
  reply: FastifyReply,
) => {
  const start = await readDelivery(ports, target, request);
  if ('problem' in start) return sendProblem(reply, start.problem);
  const outcome = await startRun(ports, start);
  if ('problem' in outcome) return sendProblem(reply, outcome.problem);
  reply.header('x-org-id', start.org).header('x-test-mode', String(start.testMode));
  if ('answer' in outcome) return reply.code(outcome.status).send(outcome.answer);
  const { status, headers, body } = outcome.mapped;
  return reply.code(status).headers(headers).send(body);
};

const oneOf = (header: FastifyRequest['headers'][string]) =>
  typeof header === 'string' ? header : undefined;
