import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { describe, expect, it } from 'vitest';
import { createGroupBuffer } from '../log/group-buffer.ts';
import { messageOf, tombstoneRevision } from '../log/frame.ts';
import { createRecentBytes } from '../log/recent-bytes.ts';
import { cursorOn } from '@karrio/protobuf';
import { batchErrorFrame, batchSuccessFrame, readBatchChunk } from './batch-append-codec.ts';
import { readWriteOptions } from './expected-state.ts';
import { createMessageSplitter, grpcFrame } from './framing.ts';
import { readProposedEvent } from './proposed-event.ts';
import { readReadRequest } from './read-request.ts';
import { readResponses } from './read-responses.ts';
import { readUuid } from './uuid.ts';
import { batchErrors } from './write-errors.ts';

// The client's own generated code is the other side of every codec.

const id = '5a0ce15b-05a6-4a2a-b6b1-52a8b2c1d6f0';
const uuid = (text = id) => {
  const message = new shared.UUID();
  message.setString(text);
  return message;
};
const identifier = (name: string) => {
  const message = new shared.StreamIdentifier();
  message.setStreamName(Buffer.from(name));
  return message;
};
const base64 = (text: string) => Buffer.from(text).toString('base64');
const nameOf = (message: InstanceType<typeof shared.StreamIdentifier> | undefined) =>
  Buffer.from(message?.getStreamName_asU8() ?? []).toString();
const payload = (frame: Buffer) => {
  expect(frame[0]).toBe(0);
  expect(frame.readUInt32BE(1)).toBe(frame.length - 5);
  return frame.subarray(5);
};

const proposed = () => {
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(uuid(id.toUpperCase()));
  message.getMetadataMap().set('type', 'Größe').set('content-type', 'application/json');
  message.setData(Buffer.from('{"a":1}'));
  message.setCustomMetadata(Buffer.from('{}'));
  return message;
};

describe('an event', () => {
  it.each([0, 7, 4_000_000_000])('reads at the client as it was written, at revision %d', (revision) => {
    const position = 3 * 2 ** 40;
    const group = createGroupBuffer(position, createRecentBytes(0));
    const event = {
      id,
      type: 'Größe',
      isJson: true,
      data: Buffer.from('{"a":1}'),
      metadata: Buffer.from('{}'),
    };
    const createdMs = 1_700_000_000_123;
    group.add(event, { name: Buffer.from('流-1'), revision, remaining: 0, createdMs });
    const response = streams.ReadResp.deserializeBinary(payload(messageOf(group.bytes(), 0))).toObject();

    expect(response.event).toMatchObject({
      commitPosition: String(position),
      event: {
        id: { string: id },
        streamIdentifier: { streamName: base64('流-1') },
        streamRevision: String(revision),
        preparePosition: String(position),
        commitPosition: String(position),
        metadataMap: [
          ['content-type', 'application/json'],
          ['created', '17000000001230000'],
          ['type', 'Größe'],
        ],
        data: base64('{"a":1}'),
        customMetadata: base64('{}'),
      },
    });
  });

  it.each([0, 1, 100, 127, 128, 16_383, 16_384, 3_000_000])('has the right lengths with %d bytes', (size) => {
    const group = createGroupBuffer(32, createRecentBytes(0));
    const event = {
      id,
      type: 't'.repeat(300),
      isJson: false,
      data: Buffer.alloc(size, 1),
      metadata: Buffer.alloc(0),
    };
    for (const revision of [0, 1]) {
      group.add(event, {
        name: Buffer.alloc(size % 60_000, 'n'),
        revision,
        remaining: 0,
        createdMs: Date.now(),
      });
    }
    const response = streams.ReadResp.deserializeBinary(payload(messageOf(group.bytes(), 0)));

    expect(response.getEvent()?.getEvent()?.getData_asU8().length).toBe(size);
    expect(response.getEvent()?.getEvent()?.getMetadataMap().get('content-type')).toBe(
      'application/octet-stream',
    );
  });

  it('that ends a stream has the highest revision there is', () => {
    const group = createGroupBuffer(32, createRecentBytes(0));
    const event = {
      id,
      type: '$streamDeleted',
      isJson: false,
      data: Buffer.alloc(0),
      metadata: Buffer.alloc(0),
    };
    group.add(event, {
      name: Buffer.from('s'),
      revision: tombstoneRevision,
      remaining: 0,
      createdMs: Date.now(),
    });
    const response = streams.ReadResp.deserializeBinary(payload(messageOf(group.bytes(), 0)));

    expect(response.getEvent()?.getEvent()?.getStreamRevision()).toBe('9223372036854775807');
  });
});

describe('a batch append', () => {
  it('is read as the client writes it', () => {
    const request = new streams.BatchAppendReq();
    const options = new streams.BatchAppendReq.Options();
    options.setStreamIdentifier(identifier('流'));
    options.setStreamPosition('41');
    request.setCorrelationId(uuid());
    request.setOptions(options);
    request.setProposedMessagesList([proposed(), proposed()]);
    request.setIsFinal(true);
    const chunk = readBatchChunk(Buffer.from(request.serializeBinary()));

    expect(readUuid(cursorOn(chunk.correlation))).toBe(id);
    expect(chunk.options && readWriteOptions(chunk.options)).toEqual({
      stream: '流',
      expected: { kind: 'revision', revision: 41 },
      deadlineMs: undefined,
    });
    expect(chunk.events.map(readProposedEvent)).toEqual(
      Array(2).fill({
        id,
        type: 'Größe',
        isJson: true,
        data: Buffer.from('{"a":1}'),
        metadata: Buffer.from('{}'),
      }),
    );
    expect(chunk.isFinal).toBe(true);
  });

  it.each([
    [12, '12'],
    [-1, undefined],
  ])('is answered so that the client reads revision %d', (revision, expected) => {
    const correlation = Buffer.from(uuid().serializeBinary());
    const reply = streams.BatchAppendResp.deserializeBinary(
      payload(batchSuccessFrame(correlation, '流', revision, 2 ** 41)),
    );

    expect(reply.getCorrelationId()?.getString()).toBe(id);
    expect(nameOf(reply.getStreamIdentifier())).toBe('流');
    expect(reply.getSuccess()?.hasNoStream()).toBe(expected === undefined);
    expect(reply.getSuccess()?.getCurrentRevision()).toBe(expected ?? '0');
    expect(reply.getSuccess()?.getPosition()?.getCommitPosition()).toBe(String(2 ** 41));
    expect(reply.getSuccess()?.getPosition()?.getPreparePosition()).toBe(String(2 ** 41));
  });

  it('is refused with a detail that names expected and current revision', () => {
    const error = batchErrors.wrongExpectedVersion({ kind: 'revision', revision: 3 }, 5);
    const reply = streams.BatchAppendResp.deserializeBinary(
      payload(batchErrorFrame(Buffer.from(uuid().serializeBinary()), 's', error)),
    );
    const detail = reply.getError()?.getDetails();
    const conflict = shared.WrongExpectedVersion.deserializeBinary(
      detail?.getValue_asU8() ?? new Uint8Array(),
    );

    expect(detail?.getTypeName()).toBe('event_store.client.WrongExpectedVersion');
    expect(conflict.getCurrentStreamRevision()).toBe('5');
    expect(conflict.getExpectedStreamPosition()).toBe('3');
  });
});

describe('an event id', () => {
  it('is the same in both of its forms', () => {
    const structured = new shared.UUID.Structured();
    structured.setMostSignificantBits(BigInt.asIntN(64, 0x5a0ce15b05a64a2an).toString());
    structured.setLeastSignificantBits(BigInt.asIntN(64, 0xb6b152a8b2c1d6f0n).toString());
    const message = new shared.UUID();
    message.setStructured(structured);

    expect(readUuid(cursorOn(Buffer.from(message.serializeBinary())))).toBe(id);
    expect(() => readUuid(cursorOn(Buffer.from(uuid('nonsense').serializeBinary())))).toThrow('not a UUID');
  });
});

describe('a read', () => {
  it('of everything is read with its filter as the client writes it', () => {
    const { Options } = streams.ReadReq;
    const options = new Options();
    const all = new Options.AllOptions();
    const position = new Options.Position();
    position.setCommitPosition(String(2 ** 45));
    all.setPosition(position);
    const filter = new Options.FilterOptions();
    const expression = new Options.FilterOptions.Expression();
    expression.setPrefixList(['run-', 'job-']);
    filter.setStreamIdentifier(expression);
    filter.setMax(10);
    filter.setCheckpointintervalmultiplier(3);
    options.setAll(all);
    options.setFilter(filter);
    options.setSubscription(new Options.SubscriptionOptions());
    options.setResolveLinks(true);
    const request = new streams.ReadReq();
    request.setOptions(options);

    expect(readReadRequest(Buffer.from(request.serializeBinary()))).toEqual({
      source: { kind: 'all', from: 2 ** 45 },
      direction: 'forwards',
      resolveLinks: true,
      count: undefined,
      filter: {
        by: 'stream',
        pattern: { kind: 'prefixes', prefixes: ['run-', 'job-'] },
        checkpointEvery: 30,
      },
    });
  });

  it('is answered with what the client knows', () => {
    const checkpoint = streams.ReadResp.deserializeBinary(payload(readResponses.checkpoint(77)));
    expect(checkpoint.getCheckpoint()?.getCommitPosition()).toBe('77');
    const notFound = streams.ReadResp.deserializeBinary(payload(readResponses.streamNotFound('流')));
    expect(nameOf(notFound.getStreamNotFound()?.getStreamIdentifier())).toBe('流');
    expect(streams.ReadResp.deserializeBinary(payload(readResponses.caughtUp)).hasCaughtUp()).toBe(true);
    const confirmation = streams.ReadResp.deserializeBinary(payload(readResponses.confirmation('s-1')));
    expect(confirmation.getConfirmation()?.getSubscriptionId()).toBe('s-1');
  });
});

describe('messages', () => {
  it('come out whole, however the bytes were cut', () => {
    const sent = ['', 'a', 'b'.repeat(300), 'c'];
    const bytes = Buffer.concat(sent.map((text) => grpcFrame(Buffer.from(text))));
    for (const size of [1, 2, 5, 6, 7, 299, bytes.length]) {
      const received: string[] = [];
      const splitter = createMessageSplitter((message) => received.push(message.toString()));
      for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size));
      expect(received).toEqual(sent);
    }
  });

  it('are refused when compressed or larger than any real one', () => {
    const splitter = () => createMessageSplitter(() => undefined);
    expect(splitter().push(Buffer.from([1, 0, 0, 0, 0]))).toBe('compressed');
    expect(splitter().push(Buffer.from([0, 0x7f, 0, 0, 0]))).toBe('too-large');
  });
});
