import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { metricsText, type Logger } from '@karrio/telemetry';
import { checkReadiness, type Ready } from './readiness.ts';

export type { Ready } from './readiness.ts';
export type Ops = AsyncDisposable & Readonly<{ port: number }>;

/** Answers with JSON to a method, or with nothing where it does not know it. */
export type OpsRoute = (method: string) => Readonly<{ status: number; body: unknown }> | undefined;

export type OpsOptions = Readonly<{
  host: string;
  port: number;
  log: Logger;
  ready: Ready;
  /** What else operators may do, by path, and from this machine alone: the port may be open to who collects metrics. */
  routes?: Readonly<Record<string, OpsRoute>>;
}>;

/** What operators ask a process: /healthz (it lives), /readyz (it can work), /metrics (Prometheus). */
export const startOps = async ({ host, port, log, ready, routes }: OpsOptions): Promise<Ops> => {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    const route = routes?.[path];
    if (route) return answerLocally(request, response, route);
    answer(path, response, ready).catch((error: unknown) => {
      log.error({ err: error, path }, 'ops request failed');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.listen(port, host);
  await once(server, 'listening');

  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const answer = async (path: string, response: ServerResponse, ready: Ready) => {
  switch (path) {
    case '/healthz':
      return json(response, 200, { status: 'alive' });
    case '/readyz': {
      const parts = await checkReadiness(ready);
      const isReady = Object.values(parts).every(({ ok }) => ok);
      return json(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', parts });
    }
    case '/metrics':
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      return response.end(await metricsText());
    default:
      return json(response, 404, { error: 'Ask for /healthz, /readyz or /metrics.' });
  }
};

const answerLocally = (request: IncomingMessage, response: ServerResponse, route: OpsRoute) => {
  if (!isLoopback(request.socket.remoteAddress ?? ''))
    return json(response, 403, { error: 'This is answered to callers on the same machine alone.' });
  const { status, body } = route(request.method ?? '') ?? {
    status: 405,
    body: { error: `${request.method ?? ''} is not known here.` },
  };
  return json(response, status, body);
};

const isLoopback = (address: string) =>
  address === '::1' || address.replace(/^::ffff:/, '').startsWith('127.');

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
