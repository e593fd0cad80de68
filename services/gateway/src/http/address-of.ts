import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';

/** From where a request came, also one that no route of the server sees: an upgrade to a WebSocket. */
export type AddressOf = (request: IncomingMessage) => string;

/** `trustedProxies`: as the server has it; empty: none, and nothing that a request says of others counts. */
export const addressesBehind = (trustedProxies: string): AddressOf => {
  const isTrusted = proxyAddr.compile(
    trustedProxies
      .split(',')
      .map((proxy) => proxy.trim())
      .filter(Boolean),
  );
  // Of who has gone meanwhile it is not known any more.
  return (request) => (request.socket.remoteAddress === undefined ? '' : proxyAddr(request, isTrusted));
};
