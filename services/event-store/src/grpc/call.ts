import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { faultStatus } from './fault-status.ts';
import { ok, statusCode, statusHeaders, type Status } from './status.ts';

/** One gRPC call, from the server's side. */
export type Call = Readonly<{
  headers: IncomingHttpHeaders;
  /** Takes whole gRPC frames. False: wait for `onDrain` before writing more. Nothing happens after the end. */
  write: (frames: Buffer) => boolean;
  onDrain: (resume: () => void) => void;
  end: (status?: Status) => void;
  /** Ends with what the fault looks like from outside; one of the server itself is reported too. */
  fail: (error: unknown) => void;
  isOpen: () => boolean;
  /** Called once, whoever ended the call. */
  onClose: (closed: () => void) => void;
  /** Stops and restarts reading what the client sends. */
  pause: () => void;
  resume: () => void;
}>;

const responseHeaders = { ':status': 200, 'content-type': 'application/grpc+proto' } as const;

export type OnFault = (error: unknown, path: string) => void;

export const createCall = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  onFault: OnFault,
): Call => {
  let isEnded = false;
  let final = ok;

  const begin = () => {
    stream.respond(responseHeaders, { waitForTrailers: true });
    stream.once('wantTrailers', () => {
      if (!stream.destroyed) stream.sendTrailers(statusHeaders(final));
    });
  };

  const isOpen = () => !isEnded && !stream.destroyed && !stream.closed;

  const write = (frames: Buffer) => {
    if (!isOpen()) return true;
    if (!stream.headersSent) begin();
    return stream.write(frames);
  };

  const end = (status: Status = ok) => {
    if (!isOpen()) return;
    isEnded = true;
    final = status;
    if (stream.headersSent) stream.end();
    else stream.respond({ ...responseHeaders, ...statusHeaders(status) }, { endStream: true });
    // What the client still sends is read and dropped, or its connection would stall.
    stream.resume();
  };

  const fail = (error: unknown) => {
    const status = faultStatus(error);
    if (status.code === statusCode.internal) onFault(error, headers[':path'] ?? '');
    end(status);
  };

  return {
    headers,
    write,
    end,
    fail,
    isOpen,
    onDrain: (resume) => stream.once('drain', resume),
    onClose: (closed) => stream.once('close', closed),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
  };
};
