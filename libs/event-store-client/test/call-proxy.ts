import { once } from 'node:events';
import { connect, createServer, type ServerHttp2Stream } from 'node:http2';

export type CallProxy = AsyncDisposable &
  Readonly<{
    port: number;
    /** The answers of the calls that are open now stay away; the calls, and the connection, live on. */
    stall: () => void;
    /** Calls from now on are never answered, until told otherwise. */
    silence: (isSilent: boolean) => void;
    /** How many calls of a method came in so far. */
    calls: (method: string) => number;
  }>;

/** A server's calls, one by one: what is between them and their client may lose some without a word. */
export const startCallProxy = async (target: number): Promise<CallProxy> => {
  const upstream = connect(`http://127.0.0.1:${target}`);
  const open = new Map<ServerHttp2Stream, { isStalled: boolean }>();
  const counts = new Map<string, number>();
  let isSilent = false;

  const server = createServer();
  server.on('sessionError', () => undefined);
  server.on('stream', (downstream, headers) => {
    const method = headers[':path']?.split('/').at(-1) ?? '';
    counts.set(method, (counts.get(method) ?? 0) + 1);
    const state = { isStalled: isSilent };
    open.set(downstream, state);
    const call = upstream.request(headers);
    const unlessStalled = (pass: () => void) => {
      if (!state.isStalled && !downstream.destroyed) pass();
    };
    downstream
      .on('error', () => undefined)
      .on('close', () => {
        open.delete(downstream);
        call.close();
      });
    call.on('error', () => undefined);
    downstream.pipe(call);
    call.on('response', (answer, flags) => {
      unlessStalled(() => {
        // Trailers only: an error, or an empty answer.
        const endStream = (flags & 1) === 1;
        downstream.respond(answer, { endStream, waitForTrailers: !endStream });
      });
    });
    call.on('data', (bytes: Buffer) => {
      unlessStalled(() => downstream.write(bytes));
    });
    call.on('trailers', (trailers) => {
      unlessStalled(() => {
        downstream.on('wantTrailers', () => downstream.sendTrailers(trailers));
        downstream.end();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stall: () => {
      for (const state of open.values()) state.isStalled = true;
    },
    silence: (silent) => {
      isSilent = silent;
    },
    calls: (method) => counts.get(method) ?? 0,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const stream of open.keys()) stream.destroy();
      upstream.destroy();
      await Promise.race([once(server, 'close'), new Promise((resolve) => setImmediate(resolve))]);
    },
  };
};
