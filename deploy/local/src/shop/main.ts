import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { parseEnv, portEnv } from '@karrio/process';
import { z } from 'zod';
import { findOrders, parseOrders } from './find-orders.ts';

/** A shop as others have one: it knows nothing of workflows. `OPS_PORT` is its only port. */
const env = parseEnv(z.object({ OPS_PORT: portEnv(0), SHOP_TOKEN: z.string() }), process.env);
const orders = parseOrders(readFileSync(join(import.meta.dirname, 'orders.ndjson'), 'utf8'));

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://shop');
  if (url.pathname === '/readyz') return send(response, 200, { status: 'ready' });
  if (!isToken(request.headers['x-shop-token'])) {
    return send(response, 401, { error: 'Send the token of the shop in the header X-Shop-Token.' });
  }
  if (request.method !== 'GET' || url.pathname !== '/orders.json') {
    return send(response, 404, { error: 'Ask for GET /orders.json.' });
  }
  const answer = findOrders(orders, url.searchParams);
  return 'page' in answer ? send(response, 200, answer.page) : send(response, 400, { error: answer.problem });
});

const isToken = (given: string | string[] | undefined) => {
  const [a, b] = [Buffer.from(String(given)), Buffer.from(env.SHOP_TOKEN)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const send = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));

process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
server.listen(env.OPS_PORT, '127.0.0.1');
