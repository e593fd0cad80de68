import { once } from 'node:events';
import http2, {
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createCall, type Call } from './call.ts';
import { createMessageSplitter, messageBytesMax, type FramingError } from './framing.ts';
import { faultStatus, type Method, type RequestHandler } from './method.ts';
import { statusCode, type Status } from './status.ts';

export type GrpcServer = AsyncDisposable & Readonly<{ port: number; openCalls: () => number }>;

export type GrpcServerOptions = Readonly<{
  host: string;
  port: number;
  methods: ReadonlyMap<string, Method>;
  onFault: (error: unknown, path: string) => void;
}>;

/** A connection that is told to go away gets this long to take its last replies. */
const closeGraceMs = 1000;

/** Bounds what one connection can make the server keep: a client of ours needs a dozen calls at once. */
const concurrentCallsMax = 10_000;

/** What one client may leave unread: a page for each of a thousand slow subscriptions. */
const sessionMemoryMiB = 128;

/** How much a client may send ahead on one call; the 64 KiB of HTTP/2 make a large append wait for round trips. */
const windowBytes = 1024 * 1024;

/**
 * gRPC on Node's own HTTP/2. grpc-js passes every message through a chain of streams; here the messages of a page
 * or of a group leave in one write: 2 µs instead of 12 per event that is read, measured with the official client.
 */
export const startGrpcServer = async (options: GrpcServerOptions): Promise<GrpcServer> => {
  const calls = new Set<Call>();
  const sessions = new Set<ServerHttp2Session>();
  const server = http2.createServer({
    maxSessionMemory: sessionMemoryMiB,
    settings: { maxConcurrentStreams: concurrentCallsMax, initialWindowSize: windowBytes },
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const call = createCall(stream, headers);
    calls.add(call);
    call.onClose(() => calls.delete(call));
    serve(stream, headers, call, options);
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');

  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    const status: Status = { code: statusCode.cancelled, message: 'the event store is shutting down' };
    for (const call of calls) call.end(status);
    for (const session of sessions) session.close();
    const deadline = setTimeout(() => {
      for (const session of sessions) session.destroy();
    }, closeGraceMs);
    await closed;
    clearTimeout(deadline);
  };

  return { port: portOf(server), openCalls: () => calls.size, [Symbol.asyncDispose]: close };
};

const serve = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  call: Call,
  options: GrpcServerOptions,
) => {
  // A reset by the client is no fault of ours; what hangs on the call is told by its close.
  stream.on('error', () => undefined);
  const path = headers[':path'] ?? '';
  const method = options.methods.get(path);
  if (!headers['content-type']?.startsWith('application/grpc')) {
    stream.respond({ ':status': 415 }, { endStream: true });
    return;
  }
  if (!method) {
    call.end({ code: statusCode.unimplemented, message: `${path} is not implemented by this server` });
    return;
  }
  guard(call, path, options, () => {
    receive(stream, call, method(call), (work) => {
      guard(call, path, options, work);
    });
  });
};

const guard = (call: Call, path: string, { onFault }: GrpcServerOptions, work: () => void) => {
  try {
    work();
  } catch (error) {
    const status = faultStatus(error);
    if (status.code === statusCode.internal) onFault(error, path);
    call.end(status);
  }
};

const framingFaults: Readonly<Record<FramingError, Status>> = {
  compressed: {
    code: statusCode.unimplemented,
    message: 'compressed messages are not supported: send identity encoding',
  },
  'too-large': {
    code: statusCode.resourceExhausted,
    message: `a message may have at most ${String(messageBytesMax)} bytes`,
  },
};

const receive = (
  stream: ServerHttp2Stream,
  call: Call,
  handler: RequestHandler,
  guarded: (work: () => void) => void,
) => {
  const splitter = createMessageSplitter(handler.message);
  stream.on('data', (chunk: Buffer) => {
    if (!call.isOpen()) return;
    guarded(() => {
      const fault = splitter.push(chunk);
      if (fault) call.end(framingFaults[fault]);
    });
  });
  stream.on('end', () => {
    if (!call.isOpen()) return;
    guarded(() => handler.end?.());
  });
};

const portOf = (server: Http2Server) => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
};
