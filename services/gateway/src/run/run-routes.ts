import type { FastifyInstance, FastifyRequest } from 'fastify';
import { unauthenticated, type Authenticate } from '../auth/authenticate.ts';
import { problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';
import type { AcceptedRuns } from './accepted-runs.ts';
import type { ReadRun } from './read-run.ts';
import { runAnswerSchema } from './run-answer.ts';

type RunPorts = Readonly<{
  authenticate: Authenticate;
  readRun: Pick<ReadRun, 'find'>;
  acceptedRuns: Pick<AcceptedRuns, 'shown'>;
}>;

/** What the trigger's answers link to. */
export const addRunRoutes = (
  server: FastifyInstance,
  { authenticate, readRun, acceptedRuns }: RunPorts,
): void => {
  server.get(
    '/v1/workflow_events/:id',
    { schema: { response: { 200: runAnswerSchema } } },
    async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
      const caller = await authenticate(request.headers.authorization);
      if (typeof caller === 'string') return sendProblem(reply, unauthenticated(caller));
      const behind = await acceptedRuns.shown(caller.org, request.params.id);
      if (behind) return sendProblem(reply, behind);
      const run = await readRun.find(caller.org, request.params.id);
      return run ?? sendProblem(reply, problem('not_found', 'No workflow event has this id.'));
    },
  );
};
