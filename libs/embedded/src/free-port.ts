import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux), one of which could sit on
 * the port before its server does, and below those that the launcher chooses from.
 */
const lowest = 10_000;
const count = 10_000;
/** Processes that look at the same time look at different ports: what one was given is not taken yet. */
const countEach = 32;

let looked = 0;

/** A loopback port that nobody listens on now. Take it soon: it is not reserved. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < count; tries++) {
    const port = lowest + ((process.pid * countEach + looked++) % count);
    if (await isFree(port)) return port;
  }
  throw new Error(`no TCP port between ${lowest} and ${lowest + count - 1} is free`);
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
};
