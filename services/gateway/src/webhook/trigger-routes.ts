import type { Json } from '@karrio/domain';
import type { CommandReply } from '@karrio/contracts';
import { attribute, traced, withTraceparent } from '@karrio/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemOfRejection } from '../command/rejection.ts';
import { commandIdOf, runIdOf, type Submit } from '../command/submit.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { problem, type Problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';
import { admit, type Admitted, type AdmissionPorts } from './admit.ts';
import { awaitEnd } from './await-end.ts';
import { parametersOf } from './parameters.ts';
import type { ReadRun } from '../run/read-run.ts';
import { briefAnswer, runAnswerSchema, type RunAnswer } from '../run/run-answer.ts';
import type { RunEnds } from '../run/run-ends.ts';
import { waitMsOf } from './wait.ts';

export type TriggerPorts = AdmissionPorts &
  Readonly<{ submit: Submit; runEnds: Pick<RunEnds, 'expect'>; readRun: ReadRun }>;

type TriggerRequest = FastifyRequest<{
  Params: { id: string };
  Querystring: { wait?: unknown; include?: unknown };
  Body: string | null | undefined;
}>;

export const addTriggerRoutes = (server: FastifyInstance, ports: TriggerPorts): void => {
  server.post(
    '/v1/workflows/:id/trigger',
    { schema: { response: { 200: runAnswerSchema, 202: runAnswerSchema } } },
    (request: TriggerRequest, reply) =>
      withTraceparent(oneOf(request.headers['traceparent']), () =>
        traced('POST /v1/workflows/{id}/trigger', { [attribute.workflow]: request.params.id }, () =>
          trigger(ports, request, reply),
        ),
      ),
  );
};

const trigger = async (
  ports: TriggerPorts,
  request: TriggerRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const asked = askedBy(request);
  if ('problem' in asked) return sendProblem(reply, asked.problem);
  const admitted = await admit(ports, request.params.id, request.headers);
  if ('problem' in admitted) return sendProblem(reply, admitted.problem);
  // After admission: only who may start a run learns what is wrong with its body.
  const body = parametersOf(request.headers['content-type'], request.body ?? '');
  if ('problem' in body) return sendProblem(reply, body.problem);
  if (admitted.viewer) reply.header('x-org-id', admitted.viewer.org);

  const run = runOf(request.params.id, admitted, asked.idempotencyKey);
  reply.header('x-test-mode', String(run.testMode));
  if (asked.waitMs === 0) {
    const refused = refusalOf(await submitRun(ports.submit, run, body.parameters));
    return refused ? sendProblem(reply, refused) : reply.code(202).send(briefAnswer(run));
  }
  // Before the command leaves: a short run may end before its acceptance is read.
  using expected = ports.runEnds.expect(run.runId);
  const refused = refusalOf(await submitRun(ports.submit, run, body.parameters));
  if (refused) return sendProblem(reply, refused);
  const ended = await awaitEnd({
    ended: expected.ended,
    waitMs: asked.waitMs,
    read: () => ports.readRun.end(run.org, run.runId),
    isRepeated: asked.idempotencyKey !== undefined,
  });
  if (!ended) return reply.code(202).send(briefAnswer(run));
  const isBrief = ended.status === 'success' && !asked.isFull;
  // The run has ended whatever Postgres says of it.
  const full = isBrief ? undefined : await ports.readRun.full(run.org, ended).catch(() => undefined);
  const answer: RunAnswer = full ?? briefAnswer(run, ended.status);
  return reply.code(200).send(answer);
};

type Asked = Readonly<{ waitMs: number; isFull: boolean; idempotencyKey: string | undefined }>;

const askedBy = ({ query, headers }: TriggerRequest): Asked | { readonly problem: Problem } => {
  const wait = waitMsOf(query.wait);
  if ('problem' in wait) return wait;
  const idempotency = idempotencyKeyOf(headers['idempotency-key']);
  if ('problem' in idempotency) return idempotency;
  if (query.include !== undefined && query.include !== 'run') {
    return {
      problem: problem(
        'validation',
        'The query parameter include can only be run; leave it out for a brief answer.',
      ),
    };
  }
  return { waitMs: wait.ms, isFull: query.include === 'run', idempotencyKey: idempotency.key };
};

type Run = Readonly<{
  runId: string;
  workflowId: string;
  org: string;
  actor: string;
  commandId: string;
  eventType: 'webhook';
  testMode: boolean;
}>;

const runOf = (
  workflowId: string,
  { webhook, viewer }: Admitted,
  idempotencyKey: string | undefined,
): Run => {
  const runId = runIdOf(workflowId, idempotencyKey);
  return {
    runId,
    workflowId,
    org: webhook.org,
    actor: viewer?.keyId ?? 'webhook',
    commandId: commandIdOf(webhook.org, 'request_run', idempotencyKey && runId),
    eventType: 'webhook',
    testMode: viewer?.testMode ?? false,
  };
};

const submitRun = (submit: Submit, run: Run, parameters: Json): Promise<CommandReply> => {
  const { runId, workflowId, eventType, testMode } = run;
  return submit({
    id: run.commandId,
    name: 'request_run',
    org: run.org,
    actor: run.actor,
    issuedAt: new Date(),
    payload: { runId, workflowId, eventType, testMode, parameters },
  });
};

const refusalOf = (reply: CommandReply): Problem | undefined =>
  'rejected' in reply ? problemOfRejection(reply.rejected) : undefined;

const oneOf = (header: string | readonly string[] | undefined) =>
  typeof header === 'string' ? header : undefined;
