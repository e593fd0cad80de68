import type { EventStoreDBClient } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { randomUUID } from 'node:crypto';
import { collect } from './events.ts';

const { StreamsClient } = streamsService;
const { AppendReq } = streams;

export type RawEvent = Readonly<{ metadata: Readonly<Record<string, string>>; data: string; id?: string }>;

/** What the client can not be made to say, on the client's own channel and with its own codec. */
export const rawCalls = (client: EventStoreDBClient) => {
  const withStreams = <T>(action: (calls: InstanceType<typeof StreamsClient>) => Promise<T>): Promise<T> =>
    // Not for applications, but the one way to the channel, whatever the connection string says.
    client['execute'](StreamsClient, 'conformance', action);
  const [metadata, options] = client['callArguments']({}, { deadline: Infinity });

  const read = (request: InstanceType<typeof streams.ReadReq>) =>
    withStreams((calls) => {
      const replies: AsyncIterable<InstanceType<typeof streams.ReadResp>> = calls.read(
        request,
        metadata,
        options,
      );
      return collect(replies);
    });

  /** Any expectation is `any`. */
  const append = (stream: string, events: readonly RawEvent[]) =>
    withStreams(
      (calls) =>
        new Promise<InstanceType<typeof streams.AppendResp>>((resolve, reject) => {
          const call = calls.append(metadata, options, (error, reply) => {
            if (error) reject(error);
            else resolve(reply);
          });
          for (const request of appendRequests(stream, events)) call.write(request);
          call.end();
        }),
    );

  return { read, append, withStreams, metadata, options };
};

export const rawUuid = (text: string) => {
  const id = new shared.UUID();
  id.setString(text);
  return id;
};

export const rawStream = (name: string) => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name));
  return identifier;
};

const appendRequests = (stream: string, events: readonly RawEvent[]) => {
  const options = new AppendReq.Options();
  options.setStreamIdentifier(rawStream(stream));
  options.setAny(new shared.Empty());
  const first = new AppendReq();
  first.setOptions(options);
  const proposals = events.map(({ metadata, data, id = randomUUID() }) => {
    const message = new AppendReq.ProposedMessage();
    message.setId(rawUuid(id));
    for (const [key, value] of Object.entries(metadata)) message.getMetadataMap().set(key, value);
    message.setData(Buffer.from(data));
    const request = new AppendReq();
    request.setProposedMessage(message);
    return request;
  });
  return [first, ...proposals];
};
