import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { OutsideRequest } from '../audit/evidence.ts';
import { behaviourOf } from './behaviour.ts';
import { createDoorman } from './doorman.ts';

export type Outside = AsyncDisposable &
  Readonly<{
    url: string;
    requests: () => readonly OutsideRequest[];
    /** What it let in, and what it gave out itself: nobody may find these in the log. */
    secrets: () => readonly string[];
  }>;

type Noted = { -readonly [Name in keyof OutsideRequest]: OutsideRequest[Name] };

const orders = Array.from({ length: 10 }, (_, index) => ({ id: 1_000 + index, total_price: 10 + index }));

/** The rest of the world: it notes every request when it arrives, and treats it as the seed says. */
export const openOutside = async (seed: number): Promise<Outside> => {
  const requests: Noted[] = [];
  const counts = new Map<string, number>();
  const doorman = createDoorman();

  const note = (request: IncomingMessage): Noted => {
    const noted: Noted = {
      key: String(request.headers['idempotency-key']),
      method: request.method ?? '',
      path: new URL(request.url ?? '/', 'http://outside').pathname,
      atMs: Date.now(),
      answer: 'lost',
      status: 0,
    };
    requests.push(noted);
    return noted;
  };

  const treat = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', 'http://outside').pathname;
    if (path === '/token') return reply(response, 200, doorman.token());
    // Asking has no effect, so it is no request to be counted.
    if (path.startsWith('/seen/')) return reply(response, 200, { seen: hasEffect(requests, path) });
    const noted = note(request);
    const count = (counts.get(noted.key) ?? 0) + 1;
    counts.set(noted.key, count);
    const { delayMs, does } = behaviourOf(seed, path, noted.key, count);
    await delay(delayMs);
    if (does === 'hang') return;
    if (does === 'reset') {
      request.socket.destroy();
      return;
    }
    noted.status = does === 'refuse' ? 503 : doorman.letsIn(path, request.headers) ? 200 : 403;
    // Fires when all of it was handed to the system: to a caller that is gone it never is.
    response.once('finish', () => (noted.answer = 'answered'));
    reply(response, noted.status, { key: noted.key, count, orders });
  };

  const server = createServer((request, response) => {
    request.resume();
    void treat(request, response);
  });
  return {
    url: await listening(server),
    requests: () => requests.map((noted) => ({ ...noted })),
    secrets: doorman.secrets,
    [Symbol.asyncDispose]: () => closed(server),
  };
};

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the outside has no port');
  return `http://127.0.0.1:${address.port}`;
};

const closed = async (server: Server): Promise<void> => {
  const closing = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closing;
};

const reply = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

/** Whether what `/seen/7` asks about has arrived: each request to `/effects/7` has taken effect when it did. */
const hasEffect = (requests: readonly Noted[], asked: string): boolean =>
  requests.some(({ path }) => path === asked.replace('/seen/', '/effects/'));
