import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { afterAll, describe, expect, it } from 'vitest';
import { collect, events, newStream, seen } from '../src/events.ts';
import { rawCalls, rawStream, rawUuid } from '../src/raw-calls.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
const raw = rawCalls(client);
afterAll(() => server[Symbol.asyncDispose]());

const { BatchAppendReq } = streams;
type Request = InstanceType<typeof BatchAppendReq>;
type Reply = InstanceType<typeof streams.BatchAppendResp>;

const proposed = (type: string, id = randomUUID() as string) => {
  const message = new BatchAppendReq.ProposedMessage();
  message.setId(rawUuid(id));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  message.setData(Buffer.from('{}'));
  return message;
};

type Expect = (options: InstanceType<typeof BatchAppendReq.Options>) => void;
const any: Expect = (options) => options.setAny(new shared.Empty());
const noStream: Expect = (options) => options.setNoStream(new shared.Empty());

const optionsFor = (stream: string, expected: Expect = any) => {
  const options = new BatchAppendReq.Options();
  options.setStreamIdentifier(rawStream(stream));
  expected(options);
  return options;
};

type Chunk = Readonly<{
  correlation: string;
  options?: ReturnType<typeof optionsFor>;
  types?: readonly string[];
  isFinal?: boolean;
}>;

const chunk = ({ correlation, options, types = [], isFinal = false }: Chunk): Request => {
  const request = new BatchAppendReq();
  request.setCorrelationId(rawUuid(correlation));
  if (options) request.setOptions(options);
  request.setProposedMessagesList(types.map((type) => proposed(type)));
  request.setIsFinal(isFinal);
  return request;
};

/** Sends the chunks on one call, ends it, and gives every reply. */
const send = (requests: readonly Request[]) =>
  raw.withStreams((calls) => {
    const call = calls.batchAppend(raw.metadata, raw.options);
    for (const request of requests) call.write(request);
    call.end();
    const replies: AsyncIterable<Reply> = call;
    return collect(replies);
  });

const correlationOf = (reply: Reply) => reply.getCorrelationId()?.getString();
const errorType = (reply: Reply) => reply.getError()?.getDetails()?.getTypeName();

describe('a call with many appends', () => {
  it('puts the chunks of an append together, also where those of others are between them', async () => {
    const [one, two] = [newStream('one'), newStream('two')];
    const [first, second] = [randomUUID(), randomUUID()];
    const replies = await send([
      chunk({ correlation: first, options: optionsFor(one), types: ['A'] }),
      chunk({ correlation: second, options: optionsFor(two), types: ['X'] }),
      chunk({ correlation: first, types: ['B'] }),
      chunk({ correlation: second, types: ['Y'], isFinal: true }),
      chunk({ correlation: first, types: ['C'], isFinal: true }),
    ]);

    expect(new Set(replies.map(correlationOf))).toEqual(new Set([first, second]));
    expect(await seen(client.readStream(one))).toEqual(['A@0', 'B@1', 'C@2']);
    expect(await seen(client.readStream(two))).toEqual(['X@0', 'Y@1']);
  });

  it('answers each append once, and ends when the last answer is out', async () => {
    const stream = newStream('once');
    const correlations = Array.from({ length: 200 }, () => randomUUID() as string);
    const replies = await send(
      correlations.map((correlation) =>
        chunk({ correlation, options: optionsFor(stream), types: ['E'], isFinal: true }),
      ),
    );

    expect(replies).toHaveLength(correlations.length);
    expect(new Set(replies.map(correlationOf))).toEqual(new Set(correlations));
    expect(new Set(replies.map((reply) => reply.getSuccess()?.getCurrentRevision()))).toEqual(
      new Set(correlations.map((_, index) => String(index))),
    );
    for (const reply of replies) {
      expect(Buffer.from(reply.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(stream);
      expect(reply.getSuccess()?.getPosition()?.getCommitPosition()).toMatch(/^\d+$/);
    }
  });

  it('takes ids in either form', async () => {
    const stream = newStream('structured');
    const id = new shared.UUID();
    const structured = new shared.UUID.Structured();
    structured.setMostSignificantBits('81985529216486895');
    structured.setLeastSignificantBits('-81985529216486896');
    id.setStructured(structured);
    const message = proposed('S');
    message.setId(id);
    const request = chunk({ correlation: randomUUID(), options: optionsFor(stream), isFinal: true });
    request.addProposedMessages(message);
    await send([request]);
    const [read] = await collect(client.readStream(stream));

    expect(read?.event?.id).toBe('01234567-89ab-cdef-fedc-ba9876543210');
  });
});

describe('an append that fails', () => {
  it('leaves the others of its call alone', async () => {
    const [good, bad] = [newStream('good'), newStream('bad')];
    const broken = chunk({ correlation: randomUUID(), options: optionsFor(bad), isFinal: true });
    broken.addProposedMessages(proposed('A', 'not-a-uuid'));
    const [failed, succeeded] = await send([
      broken,
      chunk({ correlation: randomUUID(), options: optionsFor(good), types: ['G'], isFinal: true }),
    ]);

    expect(new Set([failed?.hasError(), succeeded?.hasError()])).toEqual(new Set([false, true]));
    expect(await seen(client.readStream(good))).toEqual(['G@0']);
  });

  it.each([
    ['a conflict', 'WrongExpectedVersion', 6, noStream, 'append'],
    ['a stream that is gone', 'StreamDeleted', 5, any, 'tombstone'],
  ] as const)('says %s with details of its own', async (_name, type, code, expected, prepare) => {
    const stream = newStream('error');
    await client.appendToStream(stream, events('A', 'B'));
    if (prepare === 'tombstone') await client.tombstoneStream(stream);
    const correlation = randomUUID();
    const [reply] = await send([
      chunk({ correlation, options: optionsFor(stream, expected), types: ['X'], isFinal: true }),
    ]);

    expect(reply?.getError()?.getCode()).toBe(code);
    expect(reply && errorType(reply)).toBe(`event_store.client.${type}`);
    expect(reply && correlationOf(reply)).toBe(correlation);
    expect(Buffer.from(reply?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(stream);
  });

  it('by a conflict tells what was expected and what there is', async () => {
    const stream = newStream('details');
    await client.appendToStream(stream, events('A', 'B'));
    const [reply] = await send([
      chunk({
        correlation: randomUUID(),
        options: optionsFor(stream, (options) => options.setStreamPosition('7')),
        types: ['X'],
        isFinal: true,
      }),
    ]);
    const details = reply?.getError()?.getDetails();
    const conflict = shared.WrongExpectedVersion.deserializeBinary(
      details?.getValue_asU8() ?? Buffer.alloc(0),
    );

    expect([conflict.getCurrentStreamRevision(), conflict.getExpectedStreamPosition()]).toEqual(['1', '7']);
  });
});
