import { attribute, traced, withTraceparent, type Logger } from '@karrio/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { execute, type DocumentNode } from 'graphql';
import { viewerOfRequest } from '../auth/route-permission.ts';
import { contextOf, type SharedPorts } from '../graphql/server/context-of.ts';
import { permissionOf } from '../graphql/guard.ts';
import { problemOfError } from '../graphql/server/mask-errors.ts';
import { schema } from '../graphql/schema.ts';
import { withinDeadline } from '../graphql/server/within-deadline.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { problem, type Problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';
import { answerOf, type Answer } from './answer-of.ts';
import { documentOf } from './operation-document.ts';
import { fieldOf } from './operation-field.ts';
import { restOperations, type RestOperation } from './operations.ts';
import { variablesOf } from './variables-of.ts';

export type RestRequest = FastifyRequest<{
  Params: { id?: string };
  Querystring: Record<string, string | string[] | undefined>;
  Body: string | null | undefined;
}>;

type RestPorts = Readonly<{
  ports: SharedPorts;
  operationTimeoutMs: number;
  log: Logger;
}>;

/** Each is an operation of the schema: it checks, permits, does and shows the same. */
export const addRestRoutes = (server: FastifyInstance, rest: RestPorts): void => {
  for (const operation of restOperations) {
    const document = documentOf(operation);
    const permission = permissionOf(fieldOf(operation));
    if (!permission) throw new Error(`${operation.field} names no permission.`);
    const name = `${operation.method} ${operation.path}`;
    server.route({
      method: operation.method,
      url: operation.path.replace('{id}', ':id'),
      config: { permission },
      handler: (request: RestRequest, reply) =>
        withTraceparent(oneOf(request.headers['traceparent']), () =>
          traced(name, { [attribute.httpRoute]: operation.path }, async () => {
            const answer = await answered(rest, operation, document, request);
            return 'problems' in answer
              ? sendProblems(reply, answer.problems)
              : reply.code(operation.status).send(answer.body);
          }),
        ),
    });
  }
};

const answered = async (
  { ports, operationTimeoutMs, log }: RestPorts,
  operation: RestOperation,
  document: DocumentNode,
  request: RestRequest,
): Promise<Answer> => {
  const viewer = viewerOfRequest(request);
  const idempotency = idempotencyKeyOf(request.headers['idempotency-key']);
  if ('problem' in idempotency) return { problems: [idempotency.problem] };
  const read = variablesOf(operation, request);
  if ('problem' in read) return { problems: [read.problem] };
  const contextValue = contextOf(request, viewer, idempotency.key, ports);
  const result = await withinDeadline(
    operationTimeoutMs,
    execute,
  )({
    schema,
    document,
    variableValues: read.variables,
    contextValue,
  });
  const problems = (result.errors ?? []).map((error) => inPlainWords(problemOfError(error, request.id, log)));
  return problems.length > 0 ? { problems } : answerOf(operation, request, result.data?.['result']);
};

/** Here the variables of the document are a body or an address's query. */
const inPlainWords = ({ code, message, details }: Problem): Problem =>
  problem(
    code,
    message
      .replace(
        /^Variable "\$\w+" got an invalid value(?: at "\w+\.?([^"]*)")?; /,
        (_, path?: string) => `${path ? `${path}: ` : ''}`,
      )
      .replace(/^filter\./, ''),
    details,
  );

const sendProblems = (
  reply: FastifyReply,
  [first = problem('internal', 'Nothing is known of this.'), ...more]: readonly Problem[],
): FastifyReply => sendProblem(reply, first, more);

const oneOf = (header: string | readonly string[] | undefined) =>
  typeof header === 'string' ? header : undefined;
