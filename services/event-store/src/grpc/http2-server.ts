import { once } from 'node:events';
import http2, { type Http2SecureServer, type Http2Server } from 'node:http2';
import type { TlsOptions } from 'node:tls';

export type AnyHttp2Server = Http2Server | Http2SecureServer;

/** Bounds what one connection can make the server keep: a client of ours needs a dozen calls at once. */
const concurrentCallsMax = 10_000;

/** What one client may leave unread: a page for each of a thousand slow subscriptions. */
const sessionMemoryMiB = 128;

/** How much a client may send ahead on one call; the 64 KiB of HTTP/2 make a large append wait for round trips. */
const windowBytes = 1024 * 1024;

/** Whoever has not said who it is by then is no client. */
const handshakeMs = 10_000;

const settings = {
  maxSessionMemory: sessionMemoryMiB,
  settings: { maxConcurrentStreams: concurrentCallsMax, initialWindowSize: windowBytes },
};

export const createHttp2Server = (tls: TlsOptions | undefined): AnyHttp2Server =>
  tls
    ? http2.createSecureServer({ ...settings, ...tls, handshakeTimeout: handshakeMs })
    : http2.createServer(settings);

/** Resolves to the port. */
export const listen = async (server: AnyHttp2Server, host: string, port: number): Promise<number> => {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
};
