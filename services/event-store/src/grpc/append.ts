import {
  bytesField,
  cursorOn,
  emptyField,
  hasMore,
  message,
  readMessage,
  readVarint,
  skipField,
  varintField,
} from '@karrio/protobuf';
import { noRevision, type ExpectedState } from '../stream/commit-check.ts';
import type { WriteOutcome, WriteRequest } from '../stream/write-request.ts';
import { createEventCollection } from './append-limits.ts';
import type { Call } from './call.ts';
import { deadlineOf } from './deadline.ts';
import { readWriteOptions, type WriteOptions } from './expected-state.ts';
import { endWith, type Method } from './method.ts';
import { MissingMetadataProperty, readProposedEvent } from './proposed-event.ts';
import { statusCode } from './status.ts';
import {
  appendTooLargeStatus,
  deniedStatus,
  expiredStatus,
  missingMetadataStatus,
  refusedStatus,
  streamDeletedStatus,
} from './write-errors.ts';

/** One append per call: what clients use for credentials of their own. */
export const append =
  (submit: (request: WriteRequest) => void): Method =>
  (call) => {
    const collection = createEventCollection();
    let options: WriteOptions | undefined;

    const message = (bytes: Buffer) => {
      const cursor = cursorOn(bytes);
      while (hasMore(cursor)) {
        const tag = readVarint(cursor);
        if (tag === 0x0a) options = readWriteOptions(readMessage(cursor));
        else if (tag === 0x12) collection.add(readProposedEvent(readMessage(cursor)));
        else skipField(cursor, tag);
      }
    };

    const end = () => {
      if (!options) {
        call.end({
          code: statusCode.invalidArgument,
          message: 'the first message of an append needs options',
        });
        return;
      }
      if (collection.isTooLarge()) {
        call.end(appendTooLargeStatus);
        return;
      }
      const { stream, expected } = options;
      submit({
        stream,
        expected,
        change: { kind: 'append', events: collection.events() },
        deadlineMs: deadlineOf(call, Date.now()),
        settle: (outcome) => {
          settleAppend(call, stream, expected, outcome);
        },
      });
    };

    return { message: explained(call, message), end };
  };

const explained = (call: Call, message: (bytes: Buffer) => void) => (bytes: Buffer) => {
  try {
    message(bytes);
  } catch (error) {
    if (!(error instanceof MissingMetadataProperty)) throw error;
    call.end(missingMetadataStatus);
  }
};

const settleAppend = (call: Call, stream: string, expected: ExpectedState, outcome: WriteOutcome) => {
  switch (outcome.kind) {
    case 'written':
      endWith(call, bytesField(1, successOf(outcome.revision, outcome.position)));
      return;
    case 'wrong-expected-version':
      // A conflict is a reply like any other here; only Delete and Tombstone make it an error.
      endWith(call, bytesField(2, conflictOf(expected, outcome.lastRevision)));
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
};

const successOf = (revision: number, position: number) =>
  message(
    revision === noRevision ? emptyField(2) : varintField(1, revision),
    bytesField(3, message(varintField(1, position), varintField(2, position))),
  );

const conflictOf = (expected: ExpectedState, lastRevision: number) =>
  message(
    lastRevision === noRevision ? emptyField(7) : varintField(6, lastRevision),
    expectedField(expected),
  );

const expectedField = (expected: ExpectedState) => {
  switch (expected.kind) {
    case 'revision':
      return varintField(8, expected.revision);
    case 'any':
      return emptyField(9);
    case 'stream-exists':
      return emptyField(10);
    case 'no-stream':
      return emptyField(11);
  }
};
