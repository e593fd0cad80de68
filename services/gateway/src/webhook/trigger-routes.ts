import { attribute, traced, withTraceparent } from '@karrio/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { commandIdOf, runIdOf } from '../command/submit.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { originOf } from '../http/origin.ts';
import { problem, type Problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';
import { runAnswerSchema } from '../run/run-answer.ts';
import { admit, type AdmissionPorts } from './admit.ts';
import { parametersOf } from './parameters.ts';
import { startRun, type RunStart, type StartPorts } from './start-run.ts';
import { waitMsOf } from './wait.ts';

export type TriggerPorts = AdmissionPorts & StartPorts;

type TriggerRequest = FastifyRequest<{
  Params: { id: string };
  Querystring: { wait?: unknown; include?: unknown };
  Body: string | null | undefined;
}>;

export const addTriggerRoutes = (server: FastifyInstance, ports: TriggerPorts): void => {
  server.post(
    '/v1/workflows/:id/trigger',
    { config: { permission: 'own' }, schema: { response: { 200: runAnswerSchema, 202: runAnswerSchema } } },
    (request: TriggerRequest, reply) =>
      withTraceparent(oneOf(request.headers['traceparent']), () =>
        traced('POST /v1/workflows/{id}/trigger', { [attribute.workflow]: request.params.id }, () =>
          trigger(ports, request, reply),
        ),
      ),
  );
};

const trigger = async (ports: TriggerPorts, request: TriggerRequest, reply: FastifyReply) => {
  const start = await startOf(ports, request);
  if ('problem' in start) return sendProblem(reply, start.problem);
  const outcome = await startRun(ports, start);
  if ('problem' in outcome) return sendProblem(reply, outcome.problem);
  return reply
    .code(outcome.status)
    .header('x-org-id', start.org)
    .header('x-test-mode', String(start.testMode))
    .send(outcome.answer);
};

/** What a request asks for, if it may. Only who may start a run learns what is wrong with its body. */
const startOf = async (
  ports: AdmissionPorts,
  request: TriggerRequest,
): Promise<RunStart | { readonly problem: Problem }> => {
  const { params, query, headers, body } = request;
  const asked = askedBy(query, headers['idempotency-key']);
  if ('problem' in asked) return asked;
  const admitted = await admit(ports, params.id, headers);
  if ('problem' in admitted) return admitted;
  const given = parametersOf(headers['content-type'], body ?? '');
  if ('problem' in given) return given;
  const { webhook, viewer } = admitted;
  const runId = runIdOf(params.id, asked.idempotencyKey);
  return {
    runId,
    commandId: commandIdOf(webhook.org, 'request_run', asked.idempotencyKey && runId),
    workflowId: params.id,
    org: webhook.org,
    actor: viewer?.actor ?? 'webhook',
    origin: originOf(request, viewer),
    eventType: 'webhook',
    testMode: viewer?.testMode ?? false,
    parameters: given.parameters,
    waitMs: asked.waitMs,
    isFull: asked.isFull,
    isRepeated: asked.idempotencyKey !== undefined,
  };
};

type Asked = Readonly<{ waitMs: number; isFull: boolean; idempotencyKey: string | undefined }>;

const askedBy = (
  query: TriggerRequest['query'],
  idempotencyHeader: string | readonly string[] | undefined,
): Asked | { readonly problem: Problem } => {
  const wait = waitMsOf(query.wait);
  if ('problem' in wait) return wait;
  const idempotency = idempotencyKeyOf(idempotencyHeader);
  if ('problem' in idempotency) return idempotency;
  if (query.include !== undefined && query.include !== 'run') {
    const message = 'The query parameter include can only be run; leave it out for a brief answer.';
    return { problem: problem('validation', message) };
  }
  return { waitMs: wait.ms, isFull: query.include === 'run', idempotencyKey: idempotency.key };
};

const oneOf = (header: string | readonly string[] | undefined) =>
  typeof header === 'string' ? header : undefined;
