import type { ExpectedRevision } from './event-store.ts';

// One class for each way of handling it.

/** Someone else wrote to the stream first. `actual` is the stream's last revision. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
  readonly stream: string;
  readonly actual: ExpectedRevision;

  constructor(stream: string, expected: ExpectedRevision | 'any', actual: ExpectedRevision) {
    super(`${stream} is at revision ${actual}, the writer expected ${expected}`);
    this.stream = stream;
    this.actual = actual;
  }
}

/**
 * - `away`: not reached, or ended while it was asked
 * - `deadline`: it answered that it could not do it in time
 * - `silent`: it did not answer
 * - `not-writing`: it answers, and takes no writes until somebody looks after it
 */
export type Unavailability = 'away' | 'deadline' | 'silent' | 'not-writing';

/** No answer that says what happened: a write's outcome is unknown, and the same write may be repeated. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly reason: Unavailability;

  constructor(reason: Unavailability, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export type Refusal = 'too-large' | 'stream-deleted' | 'malformed';

/** The store refuses this write for good. */
export class AppendRefused extends Error {
  override readonly name = 'AppendRefused';
  readonly reason: Refusal;

  constructor(reason: Refusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The stream was deleted for good: there is nothing to read, and never will be. */
export class StreamDeleted extends Error {
  override readonly name = 'StreamDeleted';
}

/** `unauthenticated`: the store does not know user and password. `forbidden`: it knows them, and they may not. */
export type Denial = 'unauthenticated' | 'forbidden';

/** Nothing was done, and nothing will be until somebody changes `EVENTSTORE_URL` or the store's users. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
  readonly reason: Denial;

  constructor(reason: Denial, options?: ErrorOptions) {
    super(
      reason === 'unauthenticated'
        ? 'The event store does not know this user and password: are they in EVENTSTORE_URL (esdb://user:password@host, over TLS)?'
        : 'The user of EVENTSTORE_URL may not do this at the event store: take one that may write.',
      options,
    );
    this.reason = reason;
  }
}
