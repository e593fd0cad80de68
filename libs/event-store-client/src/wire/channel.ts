import type { EventStoreDBClient } from '@eventstore/db-client';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import grpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { CallOptions, ClientDuplexStream, ClientReadableStream, Metadata } from '@grpc/grpc-js';
import type { Duplex, Readable } from 'node:stream';
import { decodeAppendResponse, type AppendResponse } from './append-response.ts';
import { decodeReadResponse, type ReadResponse } from './read-response.ts';

/** What the official client keeps for its own methods: connecting, discovery, credentials, reconnecting. */
type Internals = Readonly<{
  GRPCStreamCreator: <T extends Readable | Duplex>(
    client: typeof StreamsClient,
    name: string,
    create: (client: StreamsClient) => T,
    cache?: WeakMap<StreamsClient, T | Promise<T>>,
  ) => () => Promise<T>;
  callArguments: (options: object, callOptions: CallOptions) => [Metadata, CallOptions];
}>;

export type AppendStream = ClientDuplexStream<Buffer, AppendResponse>;
export type ReadStream = ClientReadableStream<ReadResponse>;

/**
 * Whoever is done with a stream that has not ended says so: the client's own dispose waits for the end of each, and
 * one that nobody reads never comes to its end.
 */
export const abandon = (stream: ReadStream) => {
  // Cancelling makes it fail, and there is nobody left to hear of it.
  stream.on('error', () => {});
  stream.cancel();
  stream.destroy();
};

const paths = {
  batchAppend: '/event_store.client.streams.Streams/BatchAppend',
  read: '/event_store.client.streams.Streams/Read',
} as const;

/**
 * The two hot calls on the official client's own channel, with our codecs instead of the generated classes.
 * The client stays what connects, finds the leader and reconnects; its version is pinned, since its
 * `protected` members are used here and nowhere else.
 */
export const openChannel = (client: EventStoreDBClient) => {
  // `protected` is a rule of TypeScript only; there is no public way to another codec.
  // oxlint-disable-next-line typescript/consistent-type-assertions -- see above
  const internals = client as unknown as Internals;
  const callArguments = (deadline = Infinity) => internals.callArguments({}, { deadline });
  const appendStreams = new WeakMap<StreamsClient, AppendStream | Promise<AppendStream>>();

  return {
    /** The one stream of appends: opened by the first, opened anew after it broke. */
    appends: (onOpen: (stream: AppendStream) => void): Promise<AppendStream> =>
      internals.GRPCStreamCreator(
        grpc.StreamsClient,
        'batchAppend',
        (service) => {
          const stream = service.makeBidiStreamRequest(
            paths.batchAppend,
            (request: Buffer) => request,
            decodeAppendResponse,
            ...callArguments(),
          );
          onOpen(stream);
          return stream;
        },
        appendStreams,
      )(),
    /** `deadlineMs` counts from now; a subscription has none. */
    read: (request: ReadReq, deadlineMs = Infinity): Promise<ReadStream> =>
      internals.GRPCStreamCreator(grpc.StreamsClient, 'read', (service) =>
        service.makeServerStreamRequest(
          paths.read,
          (message: ReadReq) => Buffer.from(message.serializeBinary()),
          decodeReadResponse,
          request,
          ...callArguments(Date.now() + deadlineMs),
        ),
      )(),
  };
};
export type Channel = ReturnType<typeof openChannel>;
