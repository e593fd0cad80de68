import { connectEventStore } from '@karrio/event-store-client';
import { connectNats } from '@karrio/messaging';
import { startOps } from '@karrio/process';
import { appliedPosition, openReadModel } from '@karrio/read-model';
import type { Logger } from '@karrio/telemetry';
import { openVault } from '@karrio/vault';
import type { FastifyInstance } from 'fastify';
import { addAuditRoutes } from './audit/audit-routes.ts';
import { tellRefusals } from './audit/tell-refusals.ts';
import { watchRefusals } from './audit/watch-refusals.ts';
import type { Authenticate } from './auth/authenticate.ts';
import { openAccess } from './auth/open-access.ts';
import { requirePermissions } from './auth/route-permission.ts';
import { followProgress } from './command/progress.ts';
import { createPoseQuestion } from './command/pose-question.ts';
import { createSeen } from './command/seen.ts';
import { createSubmit } from './command/submit.ts';
import type { Config } from './config.ts';
import { addEventRoutes } from './event/event-routes.ts';
import { addGraphqlRoutes } from './graphql/server/graphql-routes.ts';
import type { SharedPorts } from './graphql/server/context-of.ts';
import { readPersistedOperations } from './graphql/server/persisted-operations.ts';
import { addressesBehind } from './http/address-of.ts';
import { countRequests, type CountRequest } from './http/rate-limit.ts';
import { createServer } from './http/server.ts';
import { addOpenApiRoutes, requireDescriptions } from './openapi/openapi-routes.ts';
import { addRestRoutes } from './rest/rest-routes.ts';
import { addRateRoutes } from './rate/rate-routes.ts';
import { openLimiter } from './limit/open-limiter.ts';
import { rememberAcceptedRuns } from './run/accepted-runs.ts';
import { openLive } from './live/open-live.ts';
import { createReadRun } from './run/read-run.ts';
import { followRunEnds } from './run/run-ends.ts';
import { addRunStreamRoute } from './run/run-stream-route.ts';
import { addRunRoutes } from './run/run-routes.ts';
import { countDeliveries } from './webhook/rate-limit.ts';
import { addPeopleRoutes } from './session/people-routes.ts';
import { addTriggerRoutes } from './webhook/trigger-routes.ts';
import { rememberWebhooks } from './webhook/webhooks.ts';

/** No list of ours takes longer on a Postgres that is well; a caller should not wait for one that is not. */
const queryTimeoutMs = 10_000;

export type GatewayService = AsyncDisposable & Readonly<{ port: number; opsPort: number }>;

export const startGatewayService = async (config: Config, log: Logger): Promise<GatewayService> => {
  await using stack = new AsyncDisposableStack();
  const reads = stack.use(openReads(config));
  const connecting = connectNats({ url: config.natsUrl, name: 'gateway', log });
  const { opsHost, opsPort } = config;
  const ready = { database: reads.ping, nats: async () => (await connecting).ping() };
  const ops = stack.use(await startOps({ host: opsHost, port: opsPort, log, ready }));
  const bus = stack.use(await connecting);
  const store = stack.use(connectEventStore({ url: config.eventStoreUrl, log }));
  const vault = openVault({ masterKeys: config.masterKeys, store });
  const progress = stack.use(followProgress(bus, () => appliedPosition(reads.db)));
  const runEnds = stack.use(followRunEnds(bus));
  const webhooks = stack.use(rememberWebhooks(bus, reads, vault));
  const access = stack.use(openAccess(bus, reads, Date.now));
  const { authenticate, forget } = access;
  const seen = createSeen();
  const submit = createSubmit(bus, config.commandTimeoutMs, seen);
  const readRun = createReadRun(reads, progress);
  const acceptedRuns = rememberAcceptedRuns(progress);

  const { bodyBytesMax, trustedProxies, corsOrigins } = config;
  const server = await createServer({ bodyBytesMax, trustedProxies, corsOrigins, log });
  const people = reads.db;
  const refusals = stack.use(tellRefusals({ people, submit, now: Date.now, log }));
  watchRefusals(server, refusals.note);
  const limiter = openLimiter(bus);
  const countRequest = countRequests(limiter, config.requestsPerSecondMax);
  requirePermissions(server, { authenticate, countRequest });
  requireDescriptions(server);
  const countDelivery = countDeliveries(limiter);
  const question = createPoseQuestion(bus, seen);
  const edge = { authenticate, submit, readRun, acceptedRuns };
  addTriggerRoutes(server, { ...edge, webhooks, runEnds, countDelivery, now: Date.now });
  addEventRoutes(server, { ...edge, question });
  addRateRoutes(server, edge);
  addRunRoutes(server, edge);
  addAuditRoutes(server, reads);
  const live = stack.use(openLive(server, { bus, reads, log }, config));
  addRunStreamRoute(server, { authenticate, readRun, acceptedRuns, reads, live });
  const shared = { reads, people, forget, submit, question };
  const ports = { ...shared, progress, vault, acceptedRuns, live, noteRefusal: refusals.note };
  const peoplePorts = { ...access, countRequest, bus, people, progress, vault, submit, now: Date.now, log };
  addPeopleRoutes(server, config, peoplePorts);
  await addOperations(server, config, { authenticate, countRequest, ports, log });
  // Requests under way end before what they need is closed.
  stack.defer(() => server.close());
  await server.listen({ host: config.httpHost, port: config.httpPort });
  const port = portOf(server.server.address());
  log.info({ port, opsPort: ops.port }, 'gateway listening');

  const started = stack.move();
  return { port, opsPort: ops.port, [Symbol.asyncDispose]: () => started.disposeAsync() };
};

type OperationPorts = Readonly<{
  authenticate: Authenticate;
  countRequest: CountRequest;
  ports: SharedPorts;
  log: Logger;
}>;

/** The schema's, over GraphQL and REST. */
const addOperations = async (
  server: FastifyInstance,
  config: Config,
  { authenticate, countRequest, ports, log }: OperationPorts,
): Promise<void> => {
  const { introspection, onlyPersistedOperations, operationTimeoutMs, trustedProxies } = config;
  const persistedOperations = await readPersistedOperations(config.persistedOperationsFile);
  const options = { introspection, persistedOperations, onlyPersistedOperations, operationTimeoutMs };
  const addressOf = addressesBehind(trustedProxies);
  addGraphqlRoutes(server, { authenticate, countRequest, addressOf, ports, options, log });
  addRestRoutes(server, { ports, operationTimeoutMs, log });
  addOpenApiRoutes(server);
};

const openReads = ({ databaseUrl: url, databasePoolMax: poolMax }: Config) =>
  openReadModel({ url, poolMax, applicationName: 'gateway', queryTimeoutMs });

const portOf = (address: string | { readonly port: number } | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;
