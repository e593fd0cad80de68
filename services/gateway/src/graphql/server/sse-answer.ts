import type { Logger } from '@karrio/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import { effectOf } from '../../auth/authenticate.ts';
import { parseJson } from '../../http/parse-json.ts';
import { sendEvents, type EventStream } from '../../http/server-sent-events.ts';
import type { GraphContext } from '../context.ts';
import { withCodes } from '../error-shape.ts';
import type { GraphServer } from './graph-server.ts';
import type { GraphRoutes } from './graph-routes.ts';
import { createLiveState, type LiveState } from './live-call.ts';
import { maskedErrors } from './mask-errors.ts';
import {
  errorsIn,
  isIterable,
  liveResults,
  prepareOperation,
  type OperationParams,
  type Results,
} from './subscribe-operation.ts';

/** Whether the client wants events as they come. */
export const wantsEvents = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers.accept?.includes('text/event-stream') ?? false;

/**
 * Answers a subscription in GraphQL over SSE's distinct connections mode; false where it is none, which is answered
 * as any other request.
 */
export const answerEvents = async (
  graph: GraphServer,
  { authenticate, log }: Pick<GraphRoutes, 'authenticate' | 'log'>,
  { ports, call }: GraphContext,
  request: FastifyRequest<{ Body: string | null | undefined }>,
  reply: FastifyReply,
): Promise<boolean> => {
  const params = paramsIn(request);
  if (!params) return false;
  const { headers, method } = request;
  const lastEventId = headers['last-event-id'];
  let drop = () => {};
  const state = createLiveState(ports.db, {
    callerNow: async () => authenticate(headers, effectOf(method)),
    lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
    onDropped: () => drop(),
  });
  const context = { ports, call: { ...call, loaders: state.loaders, live: state.call } };
  const masking = { requestId: call.requestId, log };
  const prepared = await prepareOperation(graph, context, params);
  if ('errors' in prepared) return refuse(reply, prepared.errors, masking);
  if (!prepared.isSubscription) return false;
  const result = await prepared.subscribe();
  if (!isIterable(result)) return refuse(reply, errorsIn(result), masking);
  ({ drop } = sendEvents(reply, eventsOf(liveResults(result, state, masking), state)));
  return true;
};

const Params = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Of a POST's body, or of a GET's query as GraphQL over HTTP has it; a browser's EventSource knows that alone. */
const paramsIn = ({
  method,
  body,
  query,
}: FastifyRequest<{ Body: string | null | undefined }>): OperationParams | undefined => {
  const given = method === 'POST' ? valueIn(body ?? '') : withVariables(query);
  const parsed = Params.safeParse(given);
  return parsed.success ? parsed.data : undefined;
};

const withVariables = (query: unknown): unknown =>
  typeof query === 'object' && query !== null && 'variables' in query && typeof query.variables === 'string'
    ? { ...query, variables: valueIn(query.variables) }
    : query;

const valueIn = (text: string): unknown => {
  const parsed = parseJson(text);
  return 'fault' in parsed ? undefined : parsed.value;
};

const eventsOf = (results: Results, { cursor, idleId }: LiveState): EventStream => ({
  next: async () => {
    const result = await results.next();
    if (result.done) return { done: true, value: undefined };
    const id = cursor();
    const data = withCodes(JSON.stringify(result.value));
    return { done: false, value: { ...(id === undefined ? {} : { id }), event: 'next', data } };
  },
  return: async () => results.return?.(),
  idleId,
});

/** A status other than 200, so that a browser's EventSource does not try again for ever. */
const refuse = (
  reply: FastifyReply,
  errors: readonly GraphQLError[],
  { requestId, log }: Readonly<{ requestId: string; log: Logger }>,
): true => {
  const shown = maskedErrors(errors, requestId, log);
  const status = shown[0]?.extensions['status_code'];
  void reply
    .code(typeof status === 'number' ? status : 400)
    .header('content-type', 'application/json; charset=utf-8')
    .send(withCodes(JSON.stringify({ errors: shown })));
  return true;
};
