import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export type Received = Readonly<{
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
  headers: IncomingHttpHeaders;
  body: string;
}>;
/** In an answer's place: the request has arrived, and the connection is cut. */
export const hangUp = Symbol('hang up');
type Answer = Readonly<{ status?: number; body: unknown }> | typeof hangUp;
/** What the shop answers on a path; a promise keeps the caller waiting. */
export type Shelf = Readonly<Record<string, (request: Received) => Answer | Promise<Answer>>>;

export type Shop = AsyncDisposable &
  Readonly<{
    url: string;
    /** Every request so far, answered or not. */
    received: readonly Received[];
    receivedOn: (path: string) => readonly Received[];
  }>;

/** The outside world, in this process, so that a story can hold its answers back. */
export const openShop = async (shelf: Shelf): Promise<Shop> => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const seen = await read(request).catch(() => undefined);
      // Its sender was gone, or killed, before all of it was here.
      if (!seen) return;
      received.push(seen);
      const answer = (await shelf[seen.path]?.(seen)) ?? { status: 404, body: 'no such shelf' };
      if (answer === hangUp) return void request.socket.destroy();
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    receivedOn: (path) => received.filter((request) => request.path === path),
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const read = async (request: IncomingMessage): Promise<Received> => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
  return {
    method: request.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    body: await text(request),
  };
};
