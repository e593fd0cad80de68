import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { metricsText, type Logger } from '@karrio/telemetry';
import { checkReadiness, type Ready } from './readiness.ts';

export type { Ready } from './readiness.ts';
export type Ops = AsyncDisposable & Readonly<{ port: number }>;
export type OpsOptions = Readonly<{ host: string; port: number; log: Logger; ready: Ready }>;

/** What operators ask a process: /healthz (it lives), /readyz (it can work), /metrics (Prometheus). */
export const startOps = async ({ host, port, log, ready }: OpsOptions): Promise<Ops> => {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
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

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
