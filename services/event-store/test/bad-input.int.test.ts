import { once } from 'node:events';
import { constants } from 'node:http2';
import path from 'node:path';
import { jsonEvent, MaxAppendSizeExceededError, type EventData } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { eventually, startEventStore, type EventStoreServer } from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grpcFrame } from '../src/grpc/framing.ts';
import { startBystander } from './bystander.ts';
import { collect, events } from './collect.ts';
import {
  answerTo,
  closeOf,
  http2Frame,
  openCall,
  openSession,
  openSocket,
  preface,
  readRequest,
  statusOf,
  streamsPath,
  subscribeToAllRequest,
} from './raw-client.ts';

/** 1 in the default run; `BAD_INPUT_SCALE=200` drops a million subscriptions. */
const scale = Number(process.env['BAD_INPUT_SCALE'] ?? 1);

let server: EventStoreServer;
let bystander: ReturnType<typeof startBystander>;

beforeAll(async () => {
  server = await startEventStore({
    execArgv: ['--import', path.join(import.meta.dirname, 'collect-garbage.ts')],
  });
  bystander = startBystander(server.url);
});
afterAll(async () => {
  await bystander[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const metric = async (name: string) => {
  const text = await (await fetch(`${server.opsUrl}/metrics`)).text();
  return Number(new RegExp(`^${name}\\S* (\\S+)$`, 'm').exec(text)?.[1]);
};
const mib = 1024 * 1024;
const residentMiB = async () => (await metric('process_resident_memory_bytes')) / mib;
/** What is still taken when garbage is collected, which it is in a while. */
const takesLess = (than: number, before: number) =>
  eventually(
    `it takes less than ${String(than)} MiB more`,
    async () => (await residentMiB()) - before < than,
  );

const { Options } = streams.ReadReq;

describe('bytes that are no HTTP/2', () => {
  it.each([
    ['garbage', Buffer.alloc(100_000, '\u0001garbage')],
    ['HTTP/1', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['a TLS handshake', Buffer.from('160301010001000100fc0303', 'hex')],
    ['a preface, then garbage', Buffer.concat([preface, Buffer.alloc(1000, 0xff)])],
    [
      'a preface, then an enormous frame',
      Buffer.concat([preface, Buffer.from('ffffff0100000000010000', 'hex')]),
    ],
  ])('end their connection, and no other: %s', async (_name, bytes) => {
    const socket = await openSocket(server.port);
    const answer = answerTo(socket);
    socket.write(bytes);
    // What is no preface gets HTTP/2's GOAWAY or nothing at all, never an answer of the store.
    expect((await answer).length).toBeLessThan(200);
    await bystander.isServed();
  });
});

describe('a request that makes no sense', () => {
  const appendTo = (name: Uint8Array, id: string) => {
    const identifier = new shared.StreamIdentifier();
    identifier.setStreamName(name);
    const options = new streams.AppendReq.Options();
    options.setStreamIdentifier(identifier);
    options.setAny(new shared.Empty());
    const first = new streams.AppendReq();
    first.setOptions(options);
    const uuid = new shared.UUID();
    uuid.setString(id);
    const message = new streams.AppendReq.ProposedMessage();
    message.setId(uuid);
    message.getMetadataMap().set('type', 'T').set('content-type', 'application/json');
    const second = new streams.AppendReq();
    second.setProposedMessage(message);
    return Buffer.concat([first, second].map((request) => grpcFrame(request.serializeBinary())));
  };
  const id = '11111111-1111-4111-8111-111111111111';
  const filtered = (regex: string, prefixes: readonly string[] = []) =>
    readRequest((options) => {
      const expression = new Options.FilterOptions.Expression();
      expression.setRegex(regex);
      expression.setPrefixList([...prefixes]);
      const filter = new Options.FilterOptions();
      filter.setStreamIdentifier(expression);
      options.setFilter(filter);
      options.setAll(new Options.AllOptions());
      options.setSubscription(new Options.SubscriptionOptions());
    });

  it.each([
    ['an id that is no UUID', 'Append', appendTo(Buffer.from('s'), 'not-a-uuid'), '3'],
    ['a stream without a name', 'Append', appendTo(Buffer.alloc(0), id), '3'],
    ['a name that is no UTF-8', 'Append', appendTo(Buffer.from([0x73, 0xc3, 0x28]), id), '3'],
    ['a name of 100,000 characters', 'Append', appendTo(Buffer.alloc(100_000, 's'), id), '3'],
    ['a message of 4 GiB', 'Append', Buffer.from('00ffffffff', 'hex'), '8'],
    ['a message that is compressed', 'Append', Buffer.from('0100000000', 'hex'), '12'],
    ['a call that is cut off', 'Append', appendTo(Buffer.from('s'), id).subarray(0, 12), '3'],
    ['a number without an end', 'Read', grpcFrame(Buffer.from('0a0cffffffffffffffffffffffff', 'hex')), '3'],
    ['a method that is not there', 'Undo', Buffer.alloc(0), '12'],
    ['a regex that is none', 'Read', filtered('('), '3'],
    ['a regex with a look-ahead', 'Read', filtered('^(?!run-)'), '3'],
    ['ten thousand prefixes', 'Read', filtered('', Array.from({ length: 10_000 }, String)), '3'],
  ])('is answered with a status: %s', async (_name, method, body, status) => {
    using session = openSession(server.port);
    const call = openCall(session, streamsPath(method));
    call.end(body);
    expect(await statusOf(call)).toBe(status);
    await bystander.isServed();
  });

  it('is refused with 12,000 bytes of metadata, and the connection serves on', async () => {
    using session = openSession(server.port);
    const call = openCall(session, streamsPath('Undo'), { 'x-large': 'x'.repeat(12_000) });
    call.end();
    expect(await statusOf(call)).toBe('8');
    const next = openCall(session, streamsPath('Undo'));
    next.end();
    expect(await statusOf(next)).toBe('12');
  });

  it('counts from beyond the end, or backwards from nothing, without harm', async () => {
    using session = openSession(server.port);
    const beyond = '18446744073709551615';
    for (const direction of [Options.ReadDirection.FORWARDS, Options.ReadDirection.BACKWARDS]) {
      const call = openCall(session, streamsPath('Read'));
      call.end(
        readRequest((options) => {
          const position = new Options.Position();
          position.setCommitPosition(beyond);
          position.setPreparePosition(beyond);
          const all = new Options.AllOptions();
          all.setPosition(position);
          options.setAll(all);
          options.setReadDirection(direction);
          options.setCount('10');
        }),
      );
      expect(await statusOf(call)).toBe('0');
    }
  });
});

describe('too much of something', () => {
  it('an event of 2 MiB is refused by its size, and those beside it are written', async () => {
    const beside = bystander.client.appendToStream('beside', events('A'));
    const large: EventData = jsonEvent({ type: 'Large', data: { text: 'x'.repeat(2 * mib) } });
    await expect(bystander.client.appendToStream('large', large)).rejects.toBeInstanceOf(
      MaxAppendSizeExceededError,
    );
    expect((await beside).success).toBe(true);
  });

  it('a name of ten thousand characters is a name', async () => {
    const name = 'n'.repeat(10_000);
    await bystander.client.appendToStream(name, events('A'));
    expect(await collect(bystander.client.readStream(name))).toEqual(['A@0']);
  });

  it('subscriptions that are opened and dropped leave nothing behind', async () => {
    const request = subscribeToAllRequest('end');
    // A connection that drops more than 10,000 in a few seconds is cut off; a million are of many connections.
    const drop = async (count: number) => {
      using session = openSession(server.port);
      for (let dropped = 0; dropped < count; dropped += 250) {
        const calls = Array.from({ length: 250 }, () => openCall(session, streamsPath('Read')));
        for (const call of calls) call.end(request);
        await Promise.all(calls.map((call) => once(call, 'response')));
        for (const call of calls) call.close(constants.NGHTTP2_CANCEL);
        await Promise.all(calls.map(closeOf));
      }
    };
    await drop(4000);
    const before = await residentMiB();
    for (let round = 0; round < 6 * scale; round++) await drop(5000);
    await eventually('they are gone', async () => (await metric('eventstore_waiting_subscribers')) === 0);
    // 10 KiB left behind by each would be 300.
    await takesLess(200, before);
    await bystander.isServed();
  });

  it('thousands of idle subscriptions cost a writer nothing that it fails by, and little memory', async () => {
    using session = openSession(server.port);
    const before = await residentMiB();
    const calls = Array.from({ length: 3000 }, () => {
      const call = openCall(session, streamsPath('Read'));
      call.end(
        readRequest((options) => {
          const identifier = new shared.StreamIdentifier();
          identifier.setStreamName(Buffer.from('nobody-writes-here'));
          const stream = new Options.StreamOptions();
          stream.setStreamIdentifier(identifier);
          options.setStream(stream);
          options.setSubscription(new Options.SubscriptionOptions());
        }),
      );
      return call;
    });
    await Promise.all(calls.map((call) => once(call, 'response')));
    await bystander.isServed();
    await takesLess(100, before);
  });
});

describe('a client that means no good', () => {
  it('and never reads does not make the server keep what others write', async () => {
    using session = openSession(server.port);
    const calls = Array.from({ length: 100 }, () => {
      const call = openCall(session, streamsPath('Read'));
      call.end(subscribeToAllRequest('start'));
      return call;
    });
    await Promise.all(calls.map((call) => once(call, 'response')));
    const before = await residentMiB();
    const payload = { text: 'x'.repeat(mib / 2) };
    for (let index = 0; index < 100; index++) {
      await bystander.client.appendToStream('many', jsonEvent({ type: 'Large', data: payload }));
    }
    // 100 readers did not read 50 MiB each, for which nobody was cut off either.
    expect([session.destroyed, calls.some((call) => call.closed)]).toEqual([false, false]);
    await takesLess(300, before);
    await bystander.isServed();
  });

  it('and resets calls as fast as it can is cut off, or served; others are served', async () => {
    using session = openSession(server.port);
    for (let index = 0; index < 20_000 * scale && !session.destroyed; index++) {
      const call = openCall(session, streamsPath('Read'));
      call.end(subscribeToAllRequest('start'));
      call.close(constants.NGHTTP2_CANCEL);
      if (index % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await bystander.isServed();
    await eventually('they are gone', async () => (await metric('eventstore_waiting_subscribers')) === 0);
  });

  it('and floods the connection with pings and settings is answered without harm', async () => {
    const socket = await openSocket(server.port);
    const answers = answerTo(socket);
    const settings = http2Frame(4, 0, 0, Buffer.alloc(0));
    const pings = Buffer.concat(Array.from({ length: 1000 }, () => http2Frame(6, 0, 0, Buffer.alloc(8))));
    socket.write(Buffer.concat([preface, settings]));
    for (let index = 0; index < 50 && socket.writable; index++) {
      socket.write(pings);
      socket.write(Buffer.concat(Array.from({ length: 100 }, () => settings)));
    }
    await bystander.isServed();
    socket.destroy();
    await answers;
  });

  it('and opens more connections than there is room for keeps nobody out who is in', async () => {
    const sockets = await Promise.all(Array.from({ length: 1200 }, () => openSocket(server.port)));
    const closed = sockets.map((socket) => answerTo(socket));
    await bystander.isServed();
    await eventually('all room is taken', async () => (await metric('eventstore_connections')) === 1000);
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
    await eventually('there is room again', async () => {
      using session = openSession(server.port);
      const call = openCall(session, streamsPath('Undo'));
      call.end();
      return (await statusOf(call)) === '12';
    });
  });

  it('and asks for a regex that backtracks without end is answered like others', async () => {
    const name = 'a'.repeat(20_000);
    await bystander.client.appendToStream(name, events('A'));
    using session = openSession(server.port);
    const evil = openCall(session, streamsPath('Read'));
    evil.end(
      readRequest((options) => {
        const expression = new Options.FilterOptions.Expression();
        expression.setRegex('^(a+)+$!');
        const filter = new Options.FilterOptions();
        filter.setStreamIdentifier(expression);
        options.setFilter(filter);
        options.setAll(new Options.AllOptions());
        options.setCount('10');
      }),
    );
    expect(await statusOf(evil)).toBe('0');
    await bystander.isServed();
  });
});
