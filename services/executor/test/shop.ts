import { once } from 'node:events';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';

export type Seen = Readonly<{ method: string; url: string; headers: IncomingHttpHeaders; body: string }>;

export type Shop = AsyncDisposable &
  Readonly<{
    port: number;
    /** Every request that arrived. */
    seen: readonly Seen[];
    connections: () => number;
  }>;

/** An HTTP server of the test's own on a loopback address. */
export const openShop = async (
  answer: (...of: [...Parameters<RequestListener>, Seen]) => void,
  { host = '127.0.0.1', tls }: { host?: string; tls?: ServerOptions } = {},
): Promise<Shop> => {
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      answer(request, response, one);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  return { ...(await listening(server, host)), seen };
};

/** A server that speaks bytes, for what no HTTP library would send. */
export const openBytes = (talk: (socket: Socket) => void): Promise<Omit<Shop, 'seen'>> => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => socket.destroy());
    talk(socket);
  });
  return listening(server, '127.0.0.1');
};

const listening = async (server: Server, host: string) => {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
