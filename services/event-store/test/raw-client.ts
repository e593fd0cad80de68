import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect, type Socket } from 'node:net';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { grpcFrame } from '../src/grpc/framing.ts';

export const streamsPath = (method: string) => `/event_store.client.streams.Streams/${method}`;

/** What a client that is not ours may send, on a connection of its own. */
export const openSession = (port: number) => {
  const session = connectHttp2(`http://127.0.0.1:${String(port)}`);
  session.on('error', () => undefined);
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() });
};

export const openCall = (
  session: ClientHttp2Session,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): ClientHttp2Stream => {
  const call = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  return call.on('error', () => undefined);
};

/** Resolves when it is closed, by whom and however. */
export const closeOf = async (stream: ClientHttp2Stream | Socket): Promise<void> => {
  if (stream.closed) return;
  const closed = Promise.withResolvers<void>();
  stream.once('close', closed.resolve);
  await closed.promise;
};

/** Resolves to the gRPC status of the call, or to how it was reset. */
export const statusOf = async (call: ClientHttp2Stream): Promise<string> => {
  let status: string | string[] | undefined;
  call.on('response', (response) => (status = response['grpc-status'] ?? status));
  call.on('trailers', (trailers) => (status = trailers['grpc-status'] ?? status));
  call.resume();
  await closeOf(call);
  return status === undefined ? `reset ${String(call.rstCode)}` : String(status);
};

type ReadOptions = InstanceType<typeof streams.ReadReq.Options>;

export const readRequest = (edit: (options: ReadOptions) => void): Buffer => {
  const request = new streams.ReadReq();
  const options = new streams.ReadReq.Options();
  edit(options);
  request.setOptions(options);
  return grpcFrame(request.serializeBinary());
};

/** From the end, so that there is nothing to send yet; or from the start. */
export const subscribeToAllRequest = (from: 'start' | 'end') =>
  readRequest((options) => {
    const all = new streams.ReadReq.Options.AllOptions();
    if (from === 'end') all.setEnd(new shared.Empty());
    options.setAll(all);
    options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  });

/** Resolves to what the server sent until it closed the connection. */
export const answerTo = async (socket: Socket): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  socket.on('error', () => undefined).on('data', (bytes: Buffer) => chunks.push(bytes));
  await closeOf(socket);
  return Buffer.concat(chunks);
};

export const openSocket = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** A frame of HTTP/2 as it is on the wire. */
export const http2Frame = (type: number, flags: number, stream: number, payload: Buffer) => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};
