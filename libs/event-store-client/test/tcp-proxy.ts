import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type TcpProxy = AsyncDisposable &
  Readonly<{
    port: number;
    /** Nothing passes any more, either way, and nobody is told. */
    blackhole: () => void;
    /** What was held back passes, and everything after. */
    heal: () => void;
    /** Every connection breaks; new ones are let in. */
    reset: () => void;
    /** How many came in so far. */
    connections: () => number;
  }>;

/** A network between a client and a server, which fails as it is told to. */
export const startTcpProxy = async (target: number): Promise<TcpProxy> => {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isOpen = true;
  let connections = 0;

  const server = createServer((client) => {
    connections++;
    const upstream = connect(target, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end);
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => client.write(bytes));
    if (!isOpen) for (const socket of pair) socket.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    blackhole: () => {
      isOpen = false;
      for (const socket of [...pairs].flat()) socket.pause();
    },
    heal: () => {
      isOpen = true;
      for (const socket of [...pairs].flat()) socket.resume();
    },
    reset: () => {
      for (const [client] of pairs) client.resetAndDestroy();
    },
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of [...pairs].flat()) socket.destroy();
      await once(server, 'close');
    },
  };
};
