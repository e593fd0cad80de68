import { connect as connectHttp2, constants, type ClientHttp2Session } from 'node:http2';
import { once } from 'node:events';
import { connect } from 'node:net';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { ErrorType, EventStoreDBClient } from '@eventstore/db-client';
import { startEventStore, temporaryFolder, type EventStoreServer } from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { grpcFrame } from '../src/grpc/framing.ts';
import { collect, events } from './collect.ts';

let server: EventStoreServer;
let client: EventStoreDBClient;
let session: ClientHttp2Session;

beforeAll(async () => {
  server = await startEventStore();
  client = EventStoreDBClient.connectionString(server.url);
  session = connectHttp2(`http://127.0.0.1:${String(server.port)}`);
});
afterAll(async () => {
  await client.dispose();
  session.destroy();
  await server[Symbol.asyncDispose]();
});

const streamsPath = (method: string) => `/event_store.client.streams.Streams/${method}`;

/** What a client that is not ours may send: any bytes on any path. Resolves to the status of the call. */
const send = async (path: string, body: Buffer, headers: Readonly<Record<string, string>> = {}) => {
  const call = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    ...headers,
  });
  let status: unknown;
  call.on('response', (response) => (status = response['grpc-status'] ?? status));
  call.on('trailers', (trailers) => (status = trailers['grpc-status']));
  call.resume();
  call.end(body);
  await once(call, 'close');
  return status;
};

const readRequest = (edit: (options: InstanceType<typeof streams.ReadReq.Options>) => void) => {
  const request = new streams.ReadReq();
  const options = new streams.ReadReq.Options();
  edit(options);
  request.setOptions(options);
  return grpcFrame(request.serializeBinary());
};

describe('bad input', () => {
  it.each([
    [
      'a method that is not there',
      '/event_store.client.users.Users/Create',
      grpcFrame(Buffer.alloc(0)),
      '12',
    ],
    ['a message that is cut off', streamsPath('Read'), grpcFrame(Buffer.from([0x0a, 0x50, 1])), '3'],
    ['a message that is empty', streamsPath('Read'), grpcFrame(Buffer.alloc(0)), '3'],
    ['no message', streamsPath('Delete'), Buffer.alloc(0), '3'],
    ['a message without options', streamsPath('Append'), grpcFrame(Buffer.alloc(0)), '3'],
    ['a compressed message', streamsPath('Read'), Buffer.from([1, 0, 0, 0, 0]), '12'],
    ['a message of 2 GiB', streamsPath('BatchAppend'), Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]), '8'],
    ['a batch without correlation id', streamsPath('BatchAppend'), grpcFrame(Buffer.from([0x20, 1])), '3'],
  ])('is answered with a status: %s', async (_name, path, body, status) => {
    expect(await send(path, body)).toBe(status);
  });

  it('in a filter is answered with a status', async () => {
    const { Options } = streams.ReadReq;
    const body = readRequest((options) => {
      const filter = new Options.FilterOptions();
      const expression = new Options.FilterOptions.Expression();
      expression.setRegex('(');
      filter.setEventType(expression);
      options.setFilter(filter);
      options.setAll(new Options.AllOptions());
      options.setSubscription(new Options.SubscriptionOptions());
    });
    expect(await send(streamsPath('Read'), body)).toBe('3');
  });

  it('that is no HTTP/2 at all harms nobody', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write(Buffer.alloc(100_000, 'GET / garbage\r\n'));
    await once(socket, 'close');

    expect((await client.appendToStream('unharmed', events('A'))).success).toBe(true);
  });

  it('takes a stream name of ten thousand characters, and refuses one that has no room', async () => {
    await client.appendToStream('流'.repeat(10_000), events('A'));
    expect(await collect(client.readStream('流'.repeat(10_000)))).toEqual(['A@0']);
    await expect(client.appendToStream('x'.repeat(70_000), events('A'))).rejects.toThrow(
      'Could not recognize',
    );
    expect((await client.appendToStream('unharmed', events('B'))).success).toBe(true);
  });

  it('leaves nothing behind of subscriptions that were dropped', async () => {
    const body = readRequest((options) => {
      options.setAll(new streams.ReadReq.Options.AllOptions());
      options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
    });
    for (let round = 0; round < 20; round++) {
      const calls = Array.from({ length: 50 }, () => {
        const headers = {
          ':method': 'POST',
          ':path': streamsPath('Read'),
          'content-type': 'application/grpc',
        };
        const call = session.request(headers);
        call.on('error', () => undefined);
        call.end(body);
        return call;
      });
      await Promise.all(calls.map((call) => once(call, 'response')));
      for (const call of calls) call.close(constants.NGHTTP2_CANCEL);
    }
    await vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${server.opsUrl}/metrics`)).text();
        expect(metrics).toMatch(/^eventstore_waiting_subscribers\S* 0$/m);
      },
      { timeout: 30_000 },
    );
  });
});

describe('an orderly stop', () => {
  it('cancels open calls, and loses no append that it answered', async () => {
    await using folder = await temporaryFolder();
    const stopping = await startEventStore({ dataDir: folder.path });
    const connected = EventStoreDBClient.connectionString(stopping.url);
    await connected.appendToStream('before', events('A'));
    const subscription = connected.subscribeToAll();
    const ended = once(subscription, 'error');
    await once(subscription, 'confirmation');
    const appends = Array.from({ length: 50 }, () => connected.appendToStream('last', events('B')));
    const settled = Promise.allSettled(appends);
    await appends[0];
    await stopping[Symbol.asyncDispose]();
    const outcomes = await settled;
    await connected.dispose();

    expect(await ended).toMatchObject([{ type: ErrorType.CANCELLED }]);
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [String(outcome.reason)] : [],
    );
    expect(reasons.filter((reason) => !/cancelled|shutting down|unavailable/i.test(reason))).toEqual([]);
    await using again = await startEventStore({ dataDir: folder.path });
    const reconnected = EventStoreDBClient.connectionString(again.url);
    const kept = await collect(reconnected.readStream('last'));
    expect(kept.length).toBeGreaterThanOrEqual(outcomes.length - reasons.length);
    await reconnected.dispose();
  });
});
