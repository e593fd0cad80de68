import { once } from 'node:events';
import http2, { type Http2SecureServer, type Http2Server } from 'node:http2';
import type { TlsOptions } from 'node:tls';
import type { Limits } from './limits.ts';

export type AnyHttp2Server = Http2Server | Http2SecureServer;

/** A connection's share of the calls: whoever follows a thousand streams has room. */
const concurrentCallsMax = 5000;

/** Of what HTTP/2 itself keeps for a connection, such as headers and frames that were not taken. */
const sessionMemoryMiB = 128;

/** Readers that stop early reset their calls, so that is no attack in itself; without an end it is one. */
const resets = { streamResetBurst: 10_000, streamResetRate: 1000 };

/** How much a client may send ahead on one call; the 64 KiB of HTTP/2 make a large append wait for round trips. */
const windowBytes = 1024 * 1024;

const settings = {
  maxSessionMemory: sessionMemoryMiB,
  ...resets,
  settings: {
    maxConcurrentStreams: concurrentCallsMax,
    initialWindowSize: windowBytes,
  },
};

export const createHttp2Server = (tls: TlsOptions | undefined, limits: Limits): AnyHttp2Server => {
  const server = tls
    ? http2.createSecureServer({ ...settings, ...tls, handshakeTimeout: limits.silenceMs })
    : http2.createServer(settings);
  server.maxConnections = limits.connectionsMax;
  return server;
};

/** Resolves to the port. */
export const listen = async (server: AnyHttp2Server, host: string, port: number): Promise<number> => {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
};
