import type { FastifyInstance, FastifyRequest } from 'fastify';
import { viewerOfRequest } from '../auth/route-permission.ts';
import { problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';
import type { AcceptedRuns } from './accepted-runs.ts';
import type { ReadRun } from './read-run.ts';
import { runAnswerSchema } from './run-answer.ts';

type RunPorts = Readonly<{
  readRun: Pick<ReadRun, 'find'>;
  acceptedRuns: Pick<AcceptedRuns, 'shown'>;
}>;

/** What the trigger's answers link to. */
export const addRunRoutes = (server: FastifyInstance, { readRun, acceptedRuns }: RunPorts): void => {
  server.get(
    '/v1/workflow_events/:id',
    { config: { permission: 'runs:read' }, schema: { response: { 200: runAnswerSchema } } },
    async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
      const { org } = viewerOfRequest(request);
      const behind = await acceptedRuns.shown(org, request.params.id);
      if (behind) return sendProblem(reply, behind);
      const run = await readRun.find(org, request.params.id);
      return run ?? sendProblem(reply, problem('not_found', 'No workflow event has this id.'));
    },
  );
};
