import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { OutsideRequest } from '../audit/evidence.ts';
import { behaviourOf } from './behaviour.ts';

export type Outside = AsyncDisposable & Readonly<{ url: string; requests: () => readonly OutsideRequest[] }>;

type Noted = { -readonly [Name in keyof OutsideRequest]: OutsideRequest[Name] };

const orders = Array.from({ length: 10 }, (_, index) => ({ id: 1_000 + index, total_price: 10 + index }));

/** The rest of the world: it notes every request when it arrives, and treats it as the seed says. */
export const openOutside = async (seed: number): Promise<Outside> => {
  const requests: Noted[] = [];
  const counts = new Map<string, number>();

  const treat = async (request: IncomingMessage, response: ServerResponse) => {
    const key = String(request.headers['idempotency-key']);
    const path = new URL(request.url ?? '/', 'http://outside').pathname;
    const noted: Noted = {
      key,
      method: request.method ?? '',
      path,
      atMs: Date.now(),
      answer: 'lost',
      status: 0,
    };
    requests.push(noted);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    request.resume();
    const { delayMs, does } = behaviourOf(seed, path, key, count);
    await delay(delayMs);
    if (does === 'hang') return;
    if (does === 'reset') {
      request.socket.destroy();
      return;
    }
    noted.status = does === 'refuse' ? 503 : 200;
    // Fires when all of it was handed to the system: to a caller that is gone it never is.
    response.once('finish', () => (noted.answer = 'answered'));
    response.writeHead(noted.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ key, count, orders }));
  };

  const server = createServer((request, response) => void treat(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the outside has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: () => requests.map((noted) => ({ ...noted })),
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
