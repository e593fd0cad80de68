import { ErrorType, isCommandError, NotLeaderError } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import type { ExpectedRevision } from './event-store.ts';

/** Someone else wrote to the stream first. `actual` is the stream's last revision. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
  readonly stream: string;
  readonly actual: ExpectedRevision;

  constructor(stream: string, expected: ExpectedRevision, actual: ExpectedRevision) {
    super(`${stream} is at revision ${actual}, the writer expected ${expected}`);
    this.stream = stream;
    this.actual = actual;
  }
}

/** The store could not be reached or did not answer: a write's outcome is unknown, the same write may be repeated. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The store refuses this write for good, such as one over its size limit. */
export class AppendRefused extends Error {
  override readonly name = 'AppendRefused';
}

/** gRPC's cancelled, deadline exceeded, aborted and unavailable: what a restarting or moving server answers. */
const passingCodes: ReadonlySet<unknown> = new Set([
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.UNAVAILABLE,
]);

/** Whether the same call may succeed a moment later. */
export const isPassing = (error: unknown): boolean => {
  if (error instanceof StoreUnavailable || error instanceof NotLeaderError) return true;
  // The official client wraps what its own calls throw, and keeps the code.
  return error instanceof Error && 'code' in error && passingCodes.has(error.code);
};

export const isStreamNotFound = (error: unknown): boolean =>
  error instanceof Error && isCommandError(error) && error.type === ErrorType.STREAM_NOT_FOUND;
