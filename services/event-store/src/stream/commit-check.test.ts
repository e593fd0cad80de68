import { describe, expect, it } from 'vitest';
import {
  checkCommit,
  checkSoftDelete,
  noRevision,
  type ExpectedState,
  type StreamState,
} from './commit-check.ts';

const aStream = (over: Partial<StreamState> = {}): StreamState => ({
  lastRevision: 2,
  isTombstoned: false,
  isSoftDeleted: false,
  hasMetadata: false,
  ...over,
});
const absent = aStream({ lastRevision: noRevision });
const softDeleted = aStream({ isSoftDeleted: true, hasMetadata: true });

/** The stream of the tests holds e0, e1 and e2. */
const check = (state: StreamState, expected: ExpectedState, ids: readonly string[]) =>
  checkCommit(state, expected, ids, {
    idAt: (revision) => `e${String(revision)}`,
    recentRevision: (id) => (/^e[012]$/.test(id) ? Number(id.slice(1)) : undefined),
  });

const any: ExpectedState = { kind: 'any' };
const noStream: ExpectedState = { kind: 'no-stream' };
const streamExists: ExpectedState = { kind: 'stream-exists' };
const at = (revision: number): ExpectedState => ({ kind: 'revision', revision });

const write = { kind: 'write' };
const wrong = { kind: 'wrong-expected-version' };
const deleted = { kind: 'stream-deleted' };
const writtenUpTo = (lastRevision: number) => ({ kind: 'already-written', lastRevision });

describe('an append of new events', () => {
  it.each([
    ['any', any, absent, write],
    ['any', any, aStream(), write],
    ['no-stream', noStream, absent, write],
    ['no-stream', noStream, aStream(), wrong],
    ['stream-exists', streamExists, absent, wrong],
    ['stream-exists', streamExists, aStream(), write],
    ['stream-exists, with metadata alone', streamExists, { ...absent, hasMetadata: true }, write],
    ['the last revision', at(2), aStream(), write],
    ['a revision behind the last one', at(3), aStream(), wrong],
    ['a revision before the last one', at(1), aStream(), wrong],
    ['revision 0 of a stream that is not there', at(0), absent, wrong],
  ])('expecting %s', (_name, expected, state, decision) => {
    expect(check(state, expected, ['new'])).toEqual(decision);
  });
});

describe('a repeated append', () => {
  it.each([
    ['any, whole', any, ['e1', 'e2'], writtenUpTo(2)],
    ['any, its first events', any, ['e0', 'e1'], writtenUpTo(1)],
    ['any, with an event too many', any, ['e2', 'new'], wrong],
    ['any, with a new event before old ones', any, ['new', 'e2'], write],
    ['stream-exists', streamExists, ['e0'], writtenUpTo(0)],
    ['no-stream', noStream, ['e0', 'e1', 'e2'], writtenUpTo(2)],
    ['no-stream, with another second event', noStream, ['e0', 'new'], wrong],
    ['the revision before', at(0), ['e1', 'e2'], writtenUpTo(2)],
    ['the revision before, and one event more than there is', at(0), ['e1', 'e2', 'e3'], wrong],
    ['the last revision', at(2), ['e2'], write],
  ])('expecting %s', (_name, expected, ids, decision) => {
    expect(check(aStream(), expected, ids)).toEqual(decision);
  });
});

describe('a stream that was deleted', () => {
  it.each([
    ['any', any],
    ['no-stream', noStream],
    ['stream-exists', streamExists],
    ['a revision', at(2)],
  ])('for good takes nothing, expecting %s', (_name, expected) => {
    expect(check(aStream({ isTombstoned: true }), expected, ['e0'])).toEqual(deleted);
  });

  it.each([
    ['any', any, ['new'], write],
    ['no-stream', noStream, ['new'], write],
    ['no-stream, repeated', noStream, ['e0'], writtenUpTo(0)],
    ['stream-exists', streamExists, ['new'], deleted],
    ['its last revision', at(2), ['new'], write],
    ['an older revision', at(1), ['new'], wrong],
  ])('softly begins again, expecting %s', (_name, expected, ids, decision) => {
    expect(check(softDeleted, expected, ids)).toEqual(decision);
  });
});

describe('an append without events', () => {
  it.each([
    ['any', any, write],
    ['the last revision', at(2), write],
    ['an older revision', at(1), wrong],
    ['no-stream', noStream, wrong],
  ])('only checks the expectation: %s', (_name, expected, decision) => {
    expect(check(aStream(), expected, [])).toEqual(decision);
  });
});

describe('a soft delete', () => {
  const checkDelete = (state: StreamState, expected: ExpectedState) =>
    checkSoftDelete(state, expected, ['deletion'], { idAt: () => 'e', recentRevision: () => undefined });

  it.each([
    ['any, of a stream that is not there', any, absent, wrong],
    ['no-stream, of a stream that is not there', noStream, absent, wrong],
    ['no-stream, of a stream with metadata alone', noStream, { ...absent, hasMetadata: true }, write],
    ['any', any, aStream(), write],
    ['an older revision', at(1), aStream(), wrong],
    ['no-stream, of a stream that is deleted already', noStream, softDeleted, write],
    ['stream-exists, of a stream that is deleted already', streamExists, softDeleted, deleted],
    ['any, of a stream that ended for good', any, aStream({ isTombstoned: true }), deleted],
  ])('expecting %s', (_name, expected, state, decision) => {
    expect(checkDelete(state, expected)).toEqual(decision);
  });
});
