import { once } from 'node:events';
import { createServer } from 'node:net';

/** A loopback port that nobody listens on now. Take it at once: it is not reserved. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port was given');
  return address.port;
};
