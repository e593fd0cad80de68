import { constants } from 'node:http2';
import { eventually } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { openToAll } from '../src/access/call-access.ts';
import { batchAppend } from '../src/grpc/batch-append.ts';
import { startGrpcServer } from '../src/grpc/grpc-server.ts';
import { defaultLimits, type Limits } from '../src/grpc/limits.ts';
import { endWith, singleRequest, type Method } from '../src/grpc/method.ts';
import { answerTo, http2Frame, openCall, openSession, openSocket, preface, statusOf } from './raw-client.ts';

/** Answers a message with itself. */
const echo = singleRequest((request, call) => {
  endWith(call, request);
});
/** Takes the message, and never answers. */
const hang: Method = () => ({ message: () => undefined, heldBytes: () => 0 });
const methods = new Map([
  ['/echo', echo],
  ['/hang', hang],
  ['/append', batchAppend(() => undefined)],
]);

const start = (limits: Partial<Limits>) =>
  startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    access: { tls: undefined, onTls: () => undefined },
    methodsFor: openToAll(methods),
    onFault: (error) => {
      throw error;
    },
    limits: { ...defaultLimits, ...limits },
  });

const message = Buffer.from('0000000001ff', 'hex');
const mib = 1024 * 1024;
/** The beginning of a message of 16 MiB. */
const begun = (bytes: number) => Buffer.concat([Buffer.from('0001000000', 'hex'), Buffer.alloc(bytes)]);

const isEchoed = async (session: ReturnType<typeof openSession>) => {
  const call = openCall(session, '/echo');
  call.end(message);
  return (await statusOf(call)) === '0';
};

describe('a connection', () => {
  it.each([
    ['says nothing', Buffer.alloc(0)],
    ['says half a preface', preface.subarray(0, 10)],
    ['says a preface, and nothing more', preface],
    [
      'begins its headers, and does not end them',
      Buffer.concat([
        preface,
        http2Frame(4, 0, 0, Buffer.alloc(0)),
        http2Frame(1, 0, 1, Buffer.from([0x82])),
      ]),
    ],
  ])('that %s is closed after a while', async (_name, bytes) => {
    await using server = await start({ silenceMs: 200 });
    const socket = await openSocket(server.port);
    const answer = answerTo(socket);
    socket.write(bytes);
    await answer;
    expect(server.connections()).toBe(0);
  });

  it('that made calls is closed when it rests for long, and kept while a call is open', async () => {
    await using server = await start({ idleMs: 200, silenceMs: 8000 });
    using resting = openSession(server.port);
    using working = openSession(server.port);
    openCall(working, '/hang').end(message);
    expect(await isEchoed(resting)).toBe(true);
    const closed = Promise.withResolvers<void>();
    resting.once('close', closed.resolve);
    await closed.promise;
    expect(await isEchoed(working)).toBe(true);
  });
});

describe('a call', () => {
  it.each([
    ['sends nothing', '/echo', Buffer.alloc(0)],
    ['sends half a message', '/echo', begun(1000)],
    ['sends a message, and does not say that it was the last', '/echo', message],
    ['opens a stream of appends, and sends nothing', '/append', Buffer.alloc(0)],
    ['sends half an append', '/append', begun(1000)],
    [
      'sends an append without its last chunk',
      '/append',
      Buffer.from('0000000006' + '0a04' + '12021234', 'hex'),
    ],
  ])('that %s is ended after a while', async (_name, path, bytes) => {
    await using server = await start({ silenceMs: 200 });
    using session = openSession(server.port);
    const call = openCall(session, path);
    call.write(bytes);
    expect(await statusOf(call)).toBe('4');
    expect(await isEchoed(session)).toBe(true);
  });

  it('is refused while too many are open, and served afterwards', async () => {
    await using server = await start({ callsMax: 3 });
    using session = openSession(server.port);
    const open = [1, 2, 3].map(() => openCall(session, '/hang'));
    for (const call of open) call.write(message);
    const fourth = openCall(session, '/echo');
    fourth.end(message);
    expect(await statusOf(fourth)).toBe('14');
    for (const call of open) call.close(constants.NGHTTP2_CANCEL);
    await eventually('there is room', () => isEchoed(session));
  });

  it('that sends more than a call may is ended', async () => {
    await using server = await start({ requestBytesMax: mib });
    using session = openSession(server.port);
    const call = openCall(session, '/echo');
    call.write(begun(2 * mib));
    expect(await statusOf(call)).toBe('8');
  });

  it('that begins more appends than it finishes is ended, however small they are', async () => {
    await using server = await start({ requestBytesMax: mib });
    using session = openSession(server.port);
    const call = openCall(session, '/append');
    for (let index = 0; index < 5000; index++) {
      const id = Buffer.alloc(4);
      id.writeUInt32BE(index);
      call.write(Buffer.concat([Buffer.from('00000000060a04', 'hex'), id]));
    }
    expect(await statusOf(call)).toBe('8');
  });
});

describe('all calls together', () => {
  it('hold so much and no more: the connection that holds most goes, and the others stay', async () => {
    await using server = await start({ heldBytesMax: 32 * mib });
    using modest = openSession(server.port);
    using greedy = openSession(server.port);
    const kept = openCall(modest, '/echo');
    kept.write(begun(mib));
    const calls = Array.from({ length: 8 }, () => openCall(greedy, '/echo'));
    for (const call of calls) call.write(begun(12 * mib));
    await Promise.all(calls.map(statusOf));
    expect(greedy.destroyed).toBe(true);
    expect(kept.closed).toBe(false);
    expect(await isEchoed(modest)).toBe(true);
  });
});
