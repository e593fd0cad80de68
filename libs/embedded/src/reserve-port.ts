import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Keeps a loopback port for this process until that ends. Who asks here for the same one is refused, also before
 * a server listens on it and while that is started again: stacks that start beside each other would else choose
 * the same port now and then. What keeps it is a socket in Linux's abstract namespace, which goes with the process
 * however that ends; on other systems nothing does.
 *
 * @returns whether it was free
 */
export const reservePort = async (port: number): Promise<boolean> => {
  const kept = process.platform === 'linux' ? await tryListen({ path: `\0karrio-port-${port}` }) : undefined;
  if (process.platform === 'linux' && kept === undefined) return false;
  if (await isFreePort(port)) {
    kept?.unref();
    return true;
  }
  kept?.close();
  return false;
};

/** Whether nobody listens there now. */
export const isFreePort = async (port: number, host = '127.0.0.1'): Promise<boolean> => {
  const server = await tryListen({ port, host });
  if (server === undefined) return false;
  const closed = once(server, 'close');
  server.close();
  await closed;
  return true;
};

const tryListen = async (
  where: Readonly<{ path: string }> | Readonly<{ port: number; host: string }>,
): Promise<Server | undefined> => {
  const server = createServer();
  try {
    server.listen(where);
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
};
