import {
  depthAfter,
  depthExtension,
  depthHeader,
  type CommandReply,
  type IncomingEvent,
} from '@karrio/contracts';
import { attribute, traced, withTraceparent } from '@karrio/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '../auth/viewer.ts';
import { viewerOfRequest } from '../auth/route-permission.ts';
import { problemOfRejection } from '../command/rejection.ts';
import type { PoseQuestion } from '../command/pose-question.ts';
import { commandIdOf, type Submit } from '../command/submit.ts';
import { originOf } from '../http/origin.ts';
import { problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';
import type { AcceptedRuns } from '../run/accepted-runs.ts';
import { matchOf } from './match-of.ts';
import { eventsIn } from './read-events.ts';

type EventPorts = Readonly<{
  submit: Submit;
  question: PoseQuestion;
  acceptedRuns: Pick<AcceptedRuns, 'told'>;
}>;
type EventRequest = FastifyRequest<{
  Body: Buffer | null | undefined;
  Querystring: Readonly<{ dry_run?: unknown }>;
}>;

const url = '/v1/events';

export const addEventRoutes = (server: FastifyInstance, ports: EventPorts): void => {
  // In a scope of their own: data may be bytes.
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
    scope.post(url, { config: { permission: 'runs:start' } }, (request: EventRequest, reply) => {
      const { traceparent } = request.headers;
      return withTraceparent(typeof traceparent === 'string' ? traceparent : undefined, () =>
        traced(`POST ${url}`, { [attribute.httpRoute]: url }, () => receive(ports, request, reply)),
      );
    });
  });
};

/** 202 when the runs of all events are in the log. Until then all may be sent again: each starts its runs once. */
const receive = async (ports: EventPorts, request: EventRequest, reply: FastifyReply) => {
  const read = eventsIn(request.headers, request.body ?? Buffer.alloc(0));
  if ('problem' in read) return sendProblem(reply, read.problem);
  const viewer = viewerOfRequest(request);
  const { dry_run: dryRun = 'false' } = request.query;
  if (dryRun === 'true') {
    const matches = read.events.map((event) => matchOf(ports.question, viewer.org, event));
    return reply.code(200).send({ events: await Promise.all(matches) });
  }
  if (dryRun !== 'false') return sendProblem(reply, problem('validation', dryRunNote));
  const replies = await Promise.all(read.events.map((event) => send(ports, request, viewer, event)));
  const answers = [];
  for (const { event, outcome } of replies) {
    if ('rejected' in outcome) return sendProblem(reply, problemOfRejection(outcome.rejected));
    answers.push(answerOf(ports, viewer, event, outcome.accepted));
  }
  return reply.code(202).send({ events: answers });
};

const dryRunNote =
  'The query parameter dry_run can only be true, which says what the events would start and starts nothing; leave it out to start it.';

const send = async ({ submit }: EventPorts, request: EventRequest, viewer: Viewer, event: IncomingEvent) => {
  const { org, actor, testMode } = viewer;
  const depth = depthOf(request, event);
  const outcome = await submit({
    id: commandIdOf(org, 'receive_event', JSON.stringify([event.source, event.id, testMode])),
    name: 'receive_event',
    org,
    actor,
    origin: originOf(request, viewer),
    issuedAt: new Date(),
    payload: { event, testMode, ...(depth !== undefined && { depth }) },
  });
  return { event, outcome };
};

/** By the deeper of what the event says and what the request of a run says. */
const depthOf = ({ headers }: EventRequest, event: IncomingEvent): number | undefined => {
  const said = [depthAfter(event[depthExtension]), depthAfter(headers[depthHeader])];
  const known = said.filter((depth) => depth !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
};

type Accepted = Extract<CommandReply, { accepted: unknown }>['accepted'];

const answerOf = (
  { acceptedRuns }: EventPorts,
  { org }: Viewer,
  { id, source, type }: IncomingEvent,
  { position, event = { started: [], notStarted: [] } }: Accepted,
) => {
  for (const { runId } of event.started) acceptedRuns.told(org, runId, position);
  return {
    id,
    source,
    type,
    started: event.started.map(({ runId, workflowId, triggerId }) => ({
      id: runId,
      object_type: 'workflow_event',
      workflow_id: workflowId,
      trigger_id: triggerId,
      links: { workflow_event: `/v1/workflow_events/${runId}` },
    })),
    not_started: event.notStarted.map(({ workflowId, triggerId, code, message }) => ({
      workflow_id: workflowId,
      trigger_id: triggerId,
      code,
      message,
    })),
  };
};
