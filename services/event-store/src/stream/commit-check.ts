/** What a writer believes about the stream. */
export type ExpectedState =
  | Readonly<{ kind: 'any' }>
  | Readonly<{ kind: 'no-stream' }>
  | Readonly<{ kind: 'stream-exists' }>
  | Readonly<{ kind: 'revision'; revision: number }>;

/** -1 is the revision of a stream without events. */
export const noRevision = -1;

export type StreamState = Readonly<{
  lastRevision: number;
  isTombstoned: boolean;
  isSoftDeleted: boolean;
  /** A stream may have metadata before it has an event. */
  hasMetadata: boolean;
}>;

/** What the check needs to know of events written before. */
export type WrittenEvents = Readonly<{
  /** undefined where the event is no longer in the log. */
  idAt: (revision: number) => string | undefined;
  /** The revision of a recently written event of this stream. */
  recentRevision: (id: string) => number | undefined;
}>;

export type CommitDecision =
  | Readonly<{ kind: 'write' }>
  | Readonly<{ kind: 'already-written'; lastRevision: number }>
  | Readonly<{ kind: 'wrong-expected-version' }>
  | Readonly<{ kind: 'stream-deleted' }>;

const write: CommitDecision = { kind: 'write' };
const wrongExpectedVersion: CommitDecision = { kind: 'wrong-expected-version' };
const streamDeleted: CommitDecision = { kind: 'stream-deleted' };

/** Decides what becomes of an append: the expectation first, then whether its events are there already. */
export const checkCommit = (
  state: StreamState,
  expected: ExpectedState,
  ids: readonly string[],
  events: WrittenEvents,
): CommitDecision => {
  if (state.isTombstoned) return streamDeleted;
  switch (expected.kind) {
    case 'any':
      return checkRecent(ids, events);
    case 'stream-exists':
      if (state.isSoftDeleted) return streamDeleted;
      if (state.lastRevision === noRevision && !state.hasMetadata) return wrongExpectedVersion;
      return checkRecent(ids, events);
    case 'no-stream':
      return checkRevision(state, noRevision, ids, events);
    case 'revision':
      return checkRevision(state, expected.revision, ids, events);
  }
};

/** Where there are neither events nor metadata there is nothing to hide, whatever is expected. */
export const checkSoftDelete: typeof checkCommit = (state, expected, ids, events) => {
  const decision = checkCommit(state, expected, ids, events);
  const isAbsent = state.lastRevision === noRevision && !state.hasMetadata;
  return decision.kind === 'write' && isAbsent ? wrongExpectedVersion : decision;
};

const checkRecent = (ids: readonly string[], events: WrittenEvents): CommitDecision => {
  let lastRevision: number | undefined;
  for (const [index, id] of ids.entries()) {
    const revision = events.recentRevision(id);
    // Half an append can not have been written: the ids are used for something else.
    if (revision === undefined) return index === 0 ? write : wrongExpectedVersion;
    lastRevision = revision;
  }
  return lastRevision === undefined ? write : { kind: 'already-written', lastRevision };
};

const checkRevision = (
  state: StreamState,
  expected: number,
  ids: readonly string[],
  events: WrittenEvents,
): CommitDecision => {
  if (expected === state.lastRevision) return write;
  if (expected > state.lastRevision || ids.length === 0) return wrongExpectedVersion;
  for (const [index, id] of ids.entries()) {
    const revision = expected + 1 + index;
    if (revision <= state.lastRevision && events.idAt(revision) === id) continue;
    // A soft-deleted stream may begin again where nobody expects one.
    return index === 0 && expected === noRevision && state.isSoftDeleted ? write : wrongExpectedVersion;
  }
  return { kind: 'already-written', lastRevision: expected + ids.length };
};
