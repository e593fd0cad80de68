import { reservePort } from './reserve-port.ts';

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux), one of which could sit on
 * the port before its server does, and below those that the launcher chooses from.
 */
const lowest = 10_000;
const count = 10_000;
/** Processes that look at the same time begin at different ports. */
const countEach = 32;

let looked = 0;

/** A loopback port that nobody listens on, kept for this process and the servers that it starts. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < count; tries++) {
    const port = lowest + ((process.pid * countEach + looked++) % count);
    if (await reservePort(port)) return port;
  }
  throw new Error(`no TCP port between ${lowest} and ${lowest + count - 1} is free`);
};
