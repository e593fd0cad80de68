import { cursorOn, hasMore, MalformedMessage, readMessage, readVarint, skipField } from '@karrio/protobuf';
import { bytesField, message, varintField } from '@karrio/protobuf';
import type { Change, WriteRequest } from '../stream/write-request.ts';
import { deadlineOf } from './deadline.ts';
import { readWriteOptions, type WriteOptions } from './expected-state.ts';
import { endWith, singleRequest, type Method } from './method.ts';
import {
  deniedStatus,
  expiredStatus,
  refusedStatus,
  streamDeletedStatus,
  wrongExpectedVersionStatus,
} from './write-errors.ts';

/** Delete and Tombstone: the same messages, and a different end of the stream. */
export const deleteStream = (submit: (request: WriteRequest) => void, change: Change): Method =>
  singleRequest((request, call) => {
    const { stream, expected } = readOptions(request);
    submit({
      stream,
      expected,
      change,
      deadlineMs: deadlineOf(call, Date.now()),
      settle: (outcome) => {
        switch (outcome.kind) {
          case 'written': {
            const { position } = outcome;
            endWith(call, bytesField(1, message(varintField(1, position), varintField(2, position))));
            return;
          }
          case 'wrong-expected-version':
            call.end(wrongExpectedVersionStatus(stream, expected, outcome.lastRevision));
            return;
          case 'stream-deleted':
            call.end(streamDeletedStatus(stream));
            return;
          case 'denied':
            call.end(deniedStatus(outcome.reason));
            return;
          case 'expired':
            call.end(expiredStatus);
            return;
          case 'refused':
            call.end(refusedStatus(outcome.reason));
        }
      },
    });
  });

const readOptions = (request: Buffer): WriteOptions => {
  const cursor = cursorOn(request);
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x0a) return readWriteOptions(readMessage(cursor));
    skipField(cursor, tag);
  }
  throw new MalformedMessage('options are missing: name the stream');
};
