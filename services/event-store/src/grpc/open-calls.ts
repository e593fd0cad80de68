import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Call } from './call.ts';
import type { Limits } from './limits.ts';
import { statusCode, type Status } from './status.ts';

export type OpenCall = {
  readonly call: Call;
  readonly stream: ServerHttp2Stream;
  receivedBytes: number;
  /** Of what was received, what is still kept. */
  heldBytes: () => number;
  /** The client has begun something and not finished it. */
  isPartial: () => boolean;
  /** What was received when it was looked at last, and since how many looks that has not changed. */
  looked: { receivedBytes: number; silent: number };
};

export type OpenCalls = Readonly<{
  add: (call: Call, stream: ServerHttp2Stream) => OpenCall;
  remove: (open: OpenCall) => void;
  /** To be called for all that arrives. */
  received: (open: OpenCall, bytes: number) => void;
  look: () => void;
  isFull: () => boolean;
  end: (status: Status) => void;
  count: () => number;
}>;

const tooSlow: Status = {
  code: statusCode.deadlineExceeded,
  message: 'the request was begun and did not go on: send it again, whole',
};

/** How much may arrive before it is counted again what is held. */
const countEveryBytes = 16 * 1024 * 1024;

export const createOpenCalls = (limits: Limits, lookEveryMs: number): OpenCalls => {
  const { callsMax, heldBytesMax, requestBytesMax, silenceMs } = limits;
  const calls = new Set<OpenCall>();
  let uncounted = 0;

  const bound = () => {
    uncounted = 0;
    destroyLargest(heldBySession(calls), heldBytesMax);
  };

  const received = (open: OpenCall, bytes: number) => {
    open.receivedBytes += bytes;
    if (open.heldBytes() > requestBytesMax) open.call.end(tooLarge(requestBytesMax));
    uncounted += bytes;
    if (uncounted > countEveryBytes) bound();
  };

  const look = () => {
    bound();
    for (const open of calls) endSilent(open, silenceMs / lookEveryMs);
  };

  return {
    add: (call, stream) => {
      const open = openCall(call, stream);
      calls.add(open);
      return open;
    },
    remove: (open) => calls.delete(open),
    received,
    look,
    isFull: () => calls.size > callsMax,
    end: (status) => {
      for (const { call } of calls) call.end(status);
    },
    count: () => calls.size,
  };
};

const openCall = (call: Call, stream: ServerHttp2Stream): OpenCall => {
  const open: OpenCall = {
    call,
    stream,
    receivedBytes: 0,
    heldBytes: () => open.receivedBytes,
    isPartial: () => true,
    looked: { receivedBytes: 0, silent: 0 },
  };
  return open;
};

const tooLarge = (bytesMax: number): Status => ({
  code: statusCode.resourceExhausted,
  message: `a call may keep ${String(bytesMax)} bytes waiting: send less at once`,
});

const heldBySession = (calls: Iterable<OpenCall>) => {
  const held = new Map<Http2Session, number>();
  for (const { stream, heldBytes } of calls) {
    const { session } = stream;
    const bytes = heldBytes() + stream.readableLength + stream.writableLength;
    if (session) held.set(session, (held.get(session) ?? 0) + bytes);
  }
  return held;
};

/**
 * When all calls together hold too much, the connection that holds most goes: its client is broken, or means no
 * good, and the others need not pay for it.
 */
const destroyLargest = (held: ReadonlyMap<Http2Session, number>, bytesMax: number) => {
  let total = held.values().reduce((sum, bytes) => sum + bytes, 0);
  if (total <= bytesMax) return;
  for (const [session, bytes] of [...held].toSorted(([, a], [, b]) => b - a)) {
    if (total <= bytesMax) return;
    session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    total -= bytes;
  }
};

const endSilent = (open: OpenCall, looksMax: number) => {
  const { call, stream, looked, receivedBytes } = open;
  if (receivedBytes !== looked.receivedBytes || !open.isPartial()) {
    open.looked = { receivedBytes, silent: 0 };
    return;
  }
  looked.silent++;
  // Answered before its end, which nobody waits for.
  if (!call.isOpen()) stream.close(constants.NGHTTP2_NO_ERROR);
  else if (looked.silent >= looksMax) call.end(tooSlow);
};
