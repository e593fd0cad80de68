import { bytesField, emptyField, message, textField, varintField } from '@karrio/protobuf';
import { noRevision, type ExpectedState } from '../stream/commit-check.ts';
import { appendBytesMax } from './append-limits.ts';
import { asciiName, statusCode, type Status } from './status.ts';

/** The client reads the expectation from a number. */
const expectedNumber = (expected: ExpectedState) => {
  switch (expected.kind) {
    case 'any':
      return '-2';
    case 'no-stream':
      return '-1';
    case 'stream-exists':
      return '-4';
    case 'revision':
      return String(expected.revision);
  }
};

export const wrongExpectedVersionStatus = (
  stream: string,
  expected: ExpectedState,
  lastRevision: number,
): Status => ({
  code: statusCode.failedPrecondition,
  message: `stream ${stream} is not at the expected revision ${expectedNumber(expected)}: read it and decide again`,
  trailers: {
    exception: 'wrong-expected-version',
    'stream-name': asciiName(stream),
    'expected-version': expectedNumber(expected),
    ...(lastRevision === noRevision ? {} : { 'actual-version': String(lastRevision) }),
  },
});

export const streamDeletedStatus = (stream: string): Status => ({
  code: statusCode.failedPrecondition,
  message: `stream ${stream} is deleted for good: use another name`,
  trailers: { exception: 'stream-deleted', 'stream-name': asciiName(stream) },
});

export const appendTooLargeStatus: Status = {
  code: statusCode.invalidArgument,
  message: `the events of one append may have ${String(appendBytesMax)} bytes together: append fewer at once`,
  trailers: { exception: 'maximum-append-size-exceeded', 'maximum-append-size': String(appendBytesMax) },
};

export const missingMetadataStatus: Status = {
  code: statusCode.invalidArgument,
  message: 'an event needs the metadata properties type and content-type',
  trailers: {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  },
};

const readsOnly = 'this user may read only: connect as one that may write';

export const deniedStatus = (message: string): Status => ({
  code: statusCode.permissionDenied,
  message,
  trailers: { exception: 'access-denied' },
});

export const accessDeniedStatus: Status = deniedStatus(readsOnly);

export const expiredStatus: Status = {
  code: statusCode.deadlineExceeded,
  message: 'the deadline passed before the append',
};

export const refusedStatus = (reason: string): Status => ({ code: statusCode.unavailable, message: reason });

/** google.rpc.Status with a detail, as replies of BatchAppend carry errors. */
const batchStatus = (code: number, text: string, type: string, detail: Uint8Array) =>
  message(
    varintField(1, code),
    textField(2, text),
    bytesField(
      3,
      message(textField(1, `type.googleapis.com/event_store.client.${type}`), bytesField(2, detail)),
    ),
  );

const expectedField = (expected: ExpectedState) => {
  switch (expected.kind) {
    case 'revision':
      return varintField(3, expected.revision);
    case 'any':
      return emptyField(4);
    case 'stream-exists':
      return emptyField(5);
    case 'no-stream':
      return emptyField(6);
  }
};

const nothing = Buffer.alloc(0);

export const batchErrors = {
  wrongExpectedVersion: (expected: ExpectedState, lastRevision: number) =>
    batchStatus(
      statusCode.alreadyExists,
      'the stream is not at the expected revision: read it and decide again',
      'WrongExpectedVersion',
      message(
        lastRevision === noRevision ? emptyField(2) : varintField(1, lastRevision),
        expectedField(expected),
      ),
    ),
  streamDeleted: (stream: string) =>
    batchStatus(
      statusCode.notFound,
      'the stream is deleted for good: use another name',
      'StreamDeleted',
      bytesField(1, textField(3, stream)),
    ),
  accessDenied: (reason = readsOnly) =>
    batchStatus(statusCode.permissionDenied, reason, 'AccessDenied', nothing),
  expired: () =>
    batchStatus(statusCode.deadlineExceeded, 'the deadline passed before the append', 'Timeout', nothing),
  tooLarge: () =>
    batchStatus(
      statusCode.invalidArgument,
      appendTooLargeStatus.message ?? '',
      'MaximumAppendSizeExceeded',
      varintField(1, appendBytesMax),
    ),
  badRequest: (reason: string) =>
    batchStatus(statusCode.invalidArgument, reason, 'BadRequest', textField(1, reason)),
  /** The official client shows the reason of types only that it does not know; of `Unknown` it shows nothing. */
  refused: (reason: string) => batchStatus(statusCode.unavailable, reason, 'Unavailable', nothing),
} as const;
