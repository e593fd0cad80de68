import type { FastifyInstance, FastifyRequest } from 'fastify';
import { unauthenticated, type Authenticate } from '../auth/authenticate.ts';
import { problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';
import type { ReadRun } from './read-run.ts';
import { runAnswerSchema } from './run-answer.ts';

/** What the trigger's answers link to. */
export const addRunRoutes = (
  server: FastifyInstance,
  { authenticate, readRun }: Readonly<{ authenticate: Authenticate; readRun: Pick<ReadRun, 'find'> }>,
): void => {
  server.get(
    '/v1/workflow_events/:id',
    { schema: { response: { 200: runAnswerSchema } } },
    async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
      const caller = await authenticate(request.headers.authorization);
      if (typeof caller === 'string') return sendProblem(reply, unauthenticated(caller));
      const run = await readRun.find(caller.org, request.params.id);
      return run ?? sendProblem(reply, problem('not_found', 'No workflow event has this id.'));
    },
  );
};
