import { once } from 'node:events';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Access } from '../access/access.ts';
import type { MethodsFor, MethodsOfCaller } from '../access/call-access.ts';
import { createCall, type Call, type OnFault } from './call.ts';
import { createMessageSplitter, messageBytesMax, type FramingError } from './framing.ts';
import { createConnections } from './connections.ts';
import { createHttp2Server, listen } from './http2-server.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { RequestHandler } from './method.ts';
import { createOpenCalls, type OpenCall, type OpenCalls } from './open-calls.ts';
import { statusCode, type Status } from './status.ts';

export type GrpcServer = AsyncDisposable &
  Readonly<{ port: number; openCalls: () => number; connections: () => number }>;

export type GrpcServerOptions = Readonly<{
  host: string;
  port: number;
  access: Pick<Access, 'tls' | 'onTls'>;
  methodsFor: MethodsFor;
  onFault: OnFault;
  limits?: Limits;
}>;

/** A connection that is told to go away gets this long to take its last replies. */
const closeGraceMs = 1000;

/**
 * gRPC on Node's own HTTP/2. grpc-js passes every message through a chain of streams; here the messages of a page
 * or of a group leave in one write: 2 µs instead of 12 per event that is read, measured with the official client.
 */
export const startGrpcServer = async (options: GrpcServerOptions): Promise<GrpcServer> => {
  const { access, host, limits = defaultLimits } = options;
  const lookEveryMs = Math.min(1000, limits.silenceMs / 4);
  const calls = createOpenCalls(limits, lookEveryMs);
  const connections = createConnections(limits);
  const server = createHttp2Server(access.tls, limits);
  access.onTls((renewed) => {
    if ('setSecureContext' in server) server.setSecureContext(renewed);
  });
  server.on('session', connections.add);
  server.on('stream', (stream, headers) => {
    // A reset by the client is no fault of ours; what hangs on the call is told by its close.
    stream.on('error', () => undefined);
    const { session } = stream;
    const call = createCall(stream, headers, options.onFault);
    const open = calls.add(call, stream);
    connections.callBegan(session);
    call.onClose(() => {
      calls.remove(open);
      connections.callEnded(session);
    });
    const refusal = calls.isFull() ? tooManyCalls : tooMuchMetadata(headers);
    if (refusal) call.end(refusal);
    else serve(stream, headers, open, calls, options);
  });
  const looks = setInterval(() => {
    calls.look();
    connections.closeUnused();
  }, lookEveryMs);
  const port = await listen(server, host, options.port);

  const close = async () => {
    clearInterval(looks);
    const closed = once(server, 'close');
    server.close();
    calls.end({ code: statusCode.cancelled, message: 'the event store is shutting down' });
    connections.close();
    const deadline = setTimeout(connections.destroy, closeGraceMs);
    await closed;
    clearTimeout(deadline);
  };

  return { port, openCalls: calls.count, connections: connections.count, [Symbol.asyncDispose]: close };
};

const serve = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  open: OpenCall,
  calls: OpenCalls,
  options: GrpcServerOptions,
) => {
  const { call } = open;
  const path = headers[':path'] ?? '';
  if (!headers['content-type']?.startsWith('application/grpc')) {
    stream.respond({ ':status': 415 }, { endStream: true });
    stream.resume();
    return;
  }
  const begin = (methods: MethodsOfCaller) => {
    const method = methods(path);
    if (!method) {
      call.end({ code: statusCode.unimplemented, message: `${path} is not implemented by this server` });
      return;
    }
    guard(call, () => {
      receive(open, calls, method(call), (work) => {
        guard(call, work);
      });
    });
  };
  const methods = options.methodsFor(headers);
  if (typeof methods === 'function') {
    begin(methods);
    return;
  }
  // Until the caller is known nothing is read: what it sends waits in the window that it was given.
  methods.then(begin, call.fail);
};

const tooManyCalls: Status = { code: statusCode.unavailable, message: 'too many calls are open: call later' };

/** Clients send 500 bytes. What was sent is kept as long as its call is open. */
const metadataBytesMax = 8192;

const tooMuchMetadata = (headers: IncomingHttpHeaders): Status | undefined => {
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) bytes += name.length + String(value).length;
  if (bytes <= metadataBytesMax) return undefined;
  const message = `the metadata of a call may have at most ${String(metadataBytesMax)} bytes`;
  return { code: statusCode.resourceExhausted, message };
};

const guard = (call: Call, work: () => void) => {
  try {
    work();
  } catch (error) {
    call.fail(error);
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
  open: OpenCall,
  calls: OpenCalls,
  handler: RequestHandler,
  guarded: (work: () => void) => void,
) => {
  const { call, stream } = open;
  const splitter = createMessageSplitter(handler.message);
  const { heldBytes, isPartial } = handler;
  if (heldBytes) open.heldBytes = () => splitter.pendingBytes() + heldBytes();
  if (isPartial)
    open.isPartial = () => open.receivedBytes === 0 || splitter.pendingBytes() > 0 || isPartial();
  stream.on('data', (chunk: Buffer) => {
    if (!call.isOpen()) return;
    guarded(() => {
      const fault = splitter.push(chunk);
      if (fault) call.end(framingFaults[fault]);
      calls.received(open, chunk.length);
    });
  });
  stream.on('end', () => {
    open.isPartial = () => false;
    if (!call.isOpen()) return;
    guarded(() => handler.end?.());
  });
};
