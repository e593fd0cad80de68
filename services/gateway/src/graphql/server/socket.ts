import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { GraphQLError, type ExecutionArgs } from 'graphql';
import type { Context } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { suspectOf } from '../../audit/watch-refusals.ts';
import type { Presented } from '../../auth/authenticate.ts';
import { unauthenticated, type Caller } from '../../auth/viewer.ts';
import type { AddressOf } from '../../http/address-of.ts';
import type { Problem } from '../../http/problem.ts';
import { originOf } from '../../http/origin.ts';
import { requestIdOf } from '../../http/request-id.ts';
import { contextOf } from './context-of.ts';
import type { GraphContext } from '../context.ts';
import type { GraphServer } from './graph-server.ts';
import type { GraphRoutes } from './graph-routes.ts';
import { createLiveState, type LiveState } from './live-call.ts';
import { maskedErrors } from './mask-errors.ts';
import { shownError } from './shown-error.ts';
import { errorsIn, isIterable, liveResults, prepareOperation } from './subscribe-operation.ts';

const payloadBytesMax = 64 * 1_024;
const initWaitMs = 10_000;
const keepAliveMs = 15_000;
/** What was sent to a client that takes in nothing is cut off after this. */
const dropAfterMs = 5_000;

type Operation = Readonly<{ state: LiveState; requestId: string; subscribe: () => Promise<unknown> }>;

/** Subscriptions over WebSocket, by the protocol graphql-transport-ws, at the address of all of GraphQL. */
export const addGraphqlSocket = (server: FastifyInstance, graph: GraphServer, routes: GraphRoutes): void => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: payloadBytesMax });
  const operations = new WeakMap<ExecutionArgs, Operation>();
  const { countRequest, log } = routes;
  const handling = useServer(
    {
      connectionInitWaitTimeout: initWaitMs,
      onConnect: (connection) => admits(routes, connection),
      onSubscribe: async (connection, _, { query, variables, operationName }) => {
        const { state, context } = await openCall(routes, connection);
        const { caller, requestId } = context.call;
        const tooMany = typeof caller === 'object' && (await countRequest(caller.credential));
        if (tooMany) {
          noteRefused(routes, connection, caller, tooMany);
          return [shownError(tooMany)];
        }
        const prepared = await prepareOperation(graph, context, { query, variables, operationName });
        if ('errors' in prepared) return maskedErrors(prepared.errors, requestId, log);
        if (!prepared.isSubscription) return [subscriptionsOnly()];
        operations.set(prepared.args, { state, requestId, subscribe: prepared.subscribe });
        return prepared.args;
      },
      subscribe: async (args) => {
        const operation = operations.get(args);
        if (!operation) return { errors: [subscriptionsOnly()] };
        const { state, requestId, subscribe } = operation;
        const result = await subscribe();
        if (isIterable(result)) return liveResults(result, state, { requestId, log });
        return { errors: maskedErrors(errorsIn(result), requestId, log) };
      },
    },
    sockets,
    keepAliveMs,
  );
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (new URL(request.url ?? '/', 'http://gateway').pathname !== '/graphql') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
  };
  server.server.on('upgrade', upgrade);
  server.addHook('preClose', async () => {
    server.server.off('upgrade', upgrade);
    await handling.dispose();
    for (const socket of sockets.clients) socket.terminate();
  });
};

const admits = async (routes: GraphRoutes, connection: Connection): Promise<boolean> => {
  const caller = await callerOf(routes, connection);
  if (typeof caller === 'object') return true;
  noteRefused(routes, connection, caller, unauthenticated(caller));
  return false;
};

const noteRefused = (
  { ports, addressOf }: GraphRoutes,
  connection: Connection,
  caller: Caller,
  { code }: Problem,
): void =>
  ports.noteRefusal({
    suspect: suspectOf(caller, presentedIn(connection)),
    action: 'WebSocket /graphql',
    code,
    origin: originOf(senderOf(addressOf, connection), undefined),
  });

const subscriptionsOnly = () =>
  new GraphQLError('A WebSocket carries subscriptions; send queries and mutations to POST /graphql.', {
    extensions: { code: 'validation', status_code: 400 },
  });

type Connection = Context<Record<string, unknown> | undefined, Extra>;

const presentedNames = ['authorization', 'x-org-id', 'x-test-mode', 'x-csrf-token'] as const;

/** Of the connection's first message, since a browser sends no headers of ours; else of its request. */
const presentedIn = ({ connectionParams, extra }: Connection): Presented => {
  const { headers } = extra.request;
  const given = new Map(
    Object.entries(connectionParams ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const said = (name: (typeof presentedNames)[number]) => {
    const value = given.get(name) ?? headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const [authorization, org, mode, csrf] = presentedNames.map(said);
  const { cookie } = headers;
  return { authorization, cookie, 'x-org-id': org, 'x-test-mode': mode, 'x-csrf-token': csrf };
};

const senderOf = (addressOf: AddressOf, { extra: { request } }: Connection) => ({
  ip: addressOf(request),
  id: requestIdOf(request.headers['x-request-id']),
  headers: request.headers,
});

/** A page of another site opens a WebSocket with the cookie, and reads what comes: it needs the proof for changes. */
const callerOf = async ({ authenticate }: Pick<GraphRoutes, 'authenticate'>, connection: Connection) =>
  authenticate(presentedIn(connection), 'changing');

/** Each subscription is asked for anew by who the connection's key belongs to by then. */
const openCall = async (
  routes: GraphRoutes,
  connection: Connection,
): Promise<Readonly<{ state: LiveState; context: GraphContext }>> => {
  const { socket } = connection.extra;
  const caller = await callerOf(routes, connection);
  const { ports, call } = contextOf(senderOf(routes.addressOf, connection), caller, undefined, routes.ports);
  const state = createLiveState(ports.db, {
    callerNow: () => callerOf(routes, connection),
    lastEventId: undefined,
    onDropped: () => setTimeout(() => socket.terminate(), dropAfterMs).unref(),
  });
  return { state, context: { ports, call: { ...call, loaders: state.loaders, live: state.call } } };
};
