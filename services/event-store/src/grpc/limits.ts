/**
 * What clients, all together and one by one, may make the server keep. Our own system needs some ten connections
 * and a hundred calls; the rest is room for others, on a machine with 1 GiB for this process.
 */
export type Limits = Readonly<{
  connectionsMax: number;
  callsMax: number;
  /** Requests that are not finished and replies that are not read, of all clients. */
  heldBytesMax: number;
  /** Of one call: all messages of a request, or the appends that are not answered. */
  requestBytesMax: number;
  /** A connection that makes no call, and a request that does not go on, are given this long. */
  silenceMs: number;
  /** A connection that made calls, and has none open. */
  idleMs: number;
}>;

export const defaultLimits: Limits = {
  connectionsMax: 1000,
  callsMax: 20_000,
  heldBytesMax: 256 * 1024 * 1024,
  requestBytesMax: 64 * 1024 * 1024,
  silenceMs: 20_000,
  idleMs: 300_000,
};
