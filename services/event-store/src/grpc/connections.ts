import { constants, type Http2Session } from 'node:http2';
import type { Limits } from './limits.ts';

type Connection = { calls: number; restsSinceMs: number; hasCalled: boolean };

/** Who is connected. Connections are few and precious: one that is not used makes room for another. */
export type Connections = Readonly<{
  add: (session: Http2Session) => void;
  callBegan: (session: Http2Session | undefined) => void;
  callEnded: (session: Http2Session | undefined) => void;
  closeUnused: () => void;
  /** Lets open calls end. */
  close: () => void;
  destroy: () => void;
  count: () => number;
}>;

export const createConnections = ({ silenceMs, idleMs }: Limits): Connections => {
  const connections = new Map<Http2Session, Connection>();

  const add = (session: Http2Session) => {
    connections.set(session, { calls: 0, restsSinceMs: performance.now(), hasCalled: false });
    session.on('error', () => undefined);
    session.once('close', () => connections.delete(session));
  };

  const connectionOf = (session: Http2Session | undefined) => session && connections.get(session);

  const callBegan = (session: Http2Session | undefined) => {
    const connection = connectionOf(session);
    if (!connection) return;
    connection.calls++;
    connection.hasCalled = true;
  };

  const callEnded = (session: Http2Session | undefined) => {
    const connection = connectionOf(session);
    if (!connection) return;
    connection.calls--;
    if (connection.calls === 0) connection.restsSinceMs = performance.now();
  };

  const closeUnused = () => {
    const nowMs = performance.now();
    for (const [session, { calls, restsSinceMs, hasCalled }] of connections) {
      if (calls > 0 || nowMs - restsSinceMs < (hasCalled ? idleMs : silenceMs)) continue;
      // A client is told to connect again for its next call; who never made one is no client.
      if (hasCalled) session.close();
      else session.destroy(undefined, constants.NGHTTP2_NO_ERROR);
    }
  };

  return {
    add,
    callBegan,
    callEnded,
    closeUnused,
    close: () => {
      for (const session of connections.keys()) session.close();
    },
    destroy: () => {
      for (const session of connections.keys()) session.destroy();
    },
    count: () => connections.size,
  };
};
