import { recordsOfRun, findRunActions, findRunNotes, type ReadModel, type RunRow } from '@karrio/read-model';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticate } from '../auth/authenticate.ts';
import { viewerOfRequest } from '../auth/route-permission.ts';
import { sendProblem } from '../http/server.ts';
import { problem, problemBody } from '../http/problem.ts';
import { sendEvents, type ServerSentEvent } from '../http/server-sent-events.ts';
import { positionIn } from '../live/cursor.ts';
import type { Live } from '../live/live.ts';
import { SubscriptionEnded } from '../live/mailbox.ts';
import { objectionTo } from '../live/objection.ts';
import type { Watching } from '../live/watch.ts';
import type { AcceptedRuns } from './accepted-runs.ts';
import type { ReadRun } from './read-run.ts';

type StreamPorts = Readonly<{
  reads: Pick<ReadModel, 'of'>;
  live: Live;
  authenticate: Authenticate;
  acceptedRuns: Pick<AcceptedRuns, 'shown'>;
  readRun: Pick<ReadRun, 'find'>;
}>;

type StreamRequest = FastifyRequest<{ Params: { id: string } }>;

/** A run as it is and at each change, with its timeline, until it has ended. */
export const addRunStreamRoute = (server: FastifyInstance, ports: StreamPorts): void => {
  server.get(
    '/v1/workflow-events/:id/stream',
    { config: { permission: 'runs:read' } },
    async (request: StreamRequest, reply) => {
      const { org } = viewerOfRequest(request);
      const { id } = request.params;
      const behind = await ports.acceptedRuns.shown(org, id);
      if (behind) return sendProblem(reply, behind);
      if (!(await ports.live.findRun(org, id))) {
        return sendProblem(reply, problem('not_found', 'No workflow event has this id.'));
      }
      let drop = () => {};
      const watching = await begun(watchRun(ports, request, () => drop()));
      if ('problem' in watching) return sendProblem(reply, watching.problem);
      ({ drop } = sendEvents(reply, eventsOf(ports, watching)));
      return reply;
    },
  );
};

/** @throws what is no end of a subscription */
const begun = (beginning: Promise<Watching<RunRow>>): Promise<Watching<RunRow> | SubscriptionEnded> =>
  beginning.catch((error: unknown) => {
    if (error instanceof SubscriptionEnded) return error;
    throw error;
  });

const watchRun = (
  { live, authenticate }: StreamPorts,
  request: StreamRequest,
  onDropped: () => void,
): Promise<Watching<RunRow>> => {
  const viewer = viewerOfRequest(request);
  const { org, credential } = viewer;
  const { id } = request.params;
  const { headers } = request;
  const lastEventId = headers['last-event-id'];
  return live.watchRuns({
    org,
    id,
    after: typeof lastEventId === 'string' ? positionIn(lastEventId) : undefined,
    first: () => live.findRun(org, id),
    matches: () => true,
    isLast: ({ ended_at }) => ended_at !== null,
    holder: {
      credential,
      objection: async () => objectionTo(await authenticate(headers, 'safe'), viewer, 'runs:read'),
    },
    onDropped,
  });
};

const eventsOf = (ports: StreamPorts, watching: Watching<RunRow>) => ({
  next: async (): Promise<IteratorResult<ServerSentEvent, unknown>> => {
    try {
      const result = await watching.next();
      if (result.done) return { done: true, value: undefined };
      const { value } = result;
      const data = JSON.stringify(await shownRun(ports, value.item));
      return { done: false, value: { id: value.position.toString(), event: 'workflow_event', data } };
    } catch (error) {
      if (!(error instanceof SubscriptionEnded)) throw error;
      return { done: false, value: { event: 'error', data: JSON.stringify(problemBody(error.problem)) } };
    }
  },
  return: async () => watching.return?.(),
  idleId: () => watching.idleAt()?.toString(),
});

const shownRun = async ({ reads, readRun }: StreamPorts, run: RunRow) => {
  const { id, org_id } = run;
  const db = reads.of(org_id);
  const [answer, actions, notes] = await Promise.all([
    readRun.find(org_id, id),
    findRunActions(db, org_id, [id]),
    findRunNotes(db, org_id, [id]),
  ]);
  return { ...answer, records: recordsOfRun(run, actions, notes) };
};
