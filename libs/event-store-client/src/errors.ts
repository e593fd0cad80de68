import { ErrorType, isCommandError } from '@eventstore/db-client';
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

const passing: ReadonlySet<ErrorType> = new Set([
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.TIMEOUT,
  ErrorType.NOT_LEADER,
]);

/** Whether the same call may succeed a moment later. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Error && isCommandError(error) && passing.has(error.type);

export const isStreamNotFound = (error: unknown): boolean =>
  error instanceof Error && isCommandError(error) && error.type === ErrorType.STREAM_NOT_FOUND;
