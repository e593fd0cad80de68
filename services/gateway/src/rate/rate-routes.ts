import type { Json } from '@karrio/domain';
import { attribute, traced, withTraceparent } from '@karrio/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { viewerOfRequest } from '../auth/route-permission.ts';
import { problemOfRejection } from '../command/rejection.ts';
import { commandIdOf, decisionIdOf, type Submit } from '../command/submit.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { jsonFlawIn } from '../http/json-flaw.ts';
import { originOf } from '../http/origin.ts';
import { jsonBodyOf } from '../http/json-body.ts';
import { problem, type Problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';

type RateRequest = FastifyRequest<{ Body: string | null | undefined }>;

/** `POST /v1/rates/select`: a shipment and its rates, as the carriers' API gives them; answers with the rate. */
export const addRateRoutes = (server: FastifyInstance, { submit }: Readonly<{ submit: Submit }>): void => {
  server.post('/v1/rates/select', { config: { permission: 'rates:select' } }, (request: RateRequest, reply) =>
    withTraceparent(oneOf(request.headers['traceparent']), () =>
      traced('POST /v1/rates/select', { [attribute.httpRoute]: '/v1/rates/select' }, () =>
        select(submit, request, reply),
      ),
    ),
  );
};

const select = async (submit: Submit, request: RateRequest, reply: FastifyReply) => {
  const viewer = viewerOfRequest(request);
  const idempotency = idempotencyKeyOf(request.headers['idempotency-key']);
  if ('problem' in idempotency) return sendProblem(reply, idempotency.problem);
  const given = factsIn(request);
  if ('problem' in given) return sendProblem(reply, given.problem);
  const { org, actor, testMode } = viewer;
  const decisionId = decisionIdOf(org, idempotency.key);
  const answer = await submit({
    id: commandIdOf(org, 'select_rate', idempotency.key && decisionId),
    name: 'select_rate',
    org,
    actor,
    origin: originOf(request, viewer),
    issuedAt: new Date(),
    payload: { decisionId, testMode, facts: given.facts },
  });
  if ('rejected' in answer) return sendProblem(reply, problemOfRejection(answer.rejected));
  return reply.send(answer.accepted.result);
};

const factsIn = (request: RateRequest): Readonly<{ facts: Json }> | Readonly<{ problem: Problem }> => {
  const parsed = jsonBodyOf(request);
  if ('problem' in parsed) return parsed;
  const flaw = jsonFlawIn(parsed.value);
  if (flaw) return { problem: problem('validation', `${flaw.path.join('.')} ${flaw.message}`) };
  return { facts: parsed.value };
};

const oneOf = (header: string | readonly string[] | undefined) =>
  typeof header === 'string' ? header : undefined;
