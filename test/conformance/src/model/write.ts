import {
  endless,
  eventsOf,
  hasMetadata,
  isEnded,
  isSoftDeleted,
  lastRevision,
  metadataOf,
  metadataStreamOf,
  noRevision,
  originalOf,
  tombstone,
  type Log,
  type Logged,
  type Metadata,
} from './log.ts';

export type Expected = 'any' | 'no_stream' | 'stream_exists' | number;

export type Proposed = Readonly<{ id: string; type: string; metadata?: Metadata }>;

export type Outcome =
  | Readonly<{ kind: 'written'; revision: number }>
  | Readonly<{ kind: 'conflict'; revision: number }>
  | Readonly<{ kind: 'deleted' }>;

export type Written = Readonly<{ log: Log; outcome: Outcome }>;

type Decision = 'write' | 'conflict' | 'deleted' | Readonly<{ before: number }>;

export const append = (
  log: Log,
  stream: string,
  expected: Expected,
  events: readonly Proposed[],
): Written => {
  const decision = decide(log, stream, expected, events);
  const last = lastRevision(log, stream);
  if (decision === 'deleted') return { log, outcome: { kind: 'deleted' } };
  if (decision === 'conflict') return { log, outcome: { kind: 'conflict', revision: last } };
  if (decision !== 'write') return { log, outcome: { kind: 'written', revision: decision.before } };
  const added = events.map((event, index): Logged => ({ ...event, stream, revision: last + 1 + index }));
  const hidden = [stream, originalOf(stream)].flatMap((name) =>
    name !== undefined && isSoftDeleted(log, name) ? [{ name, last: lastRevision(log, name) }] : [],
  );
  return {
    log: hidden.reduce(revive, [...log, ...added]),
    outcome: { kind: 'written', revision: last + events.length },
  };
};

/** What comes back shows what it gets from now on; for the rest its metadata stays, or is what was just written. */
const revive = (log: Log, { name, last }: Readonly<{ name: string; last: number }>): Log => [
  ...log,
  metadataEvent(log, name, { ...metadataOf(log, name), truncateBefore: last + 1 }),
];

const metadataEvent = (log: Log, stream: string, metadata: Metadata): Logged => {
  const name = metadataStreamOf(stream);
  return { stream: name, revision: lastRevision(log, name) + 1, type: '$metadata', id: '', metadata };
};

const decide = (log: Log, stream: string, expected: Expected, events: readonly Proposed[]): Decision => {
  if (isEnded(log, stream)) return 'deleted';
  if (expected === 'any') return decideByIds(log, stream, events);
  if (expected === 'no_stream') return decideByRevision(log, stream, noRevision, events);
  if (typeof expected === 'number') return decideByRevision(log, stream, expected, events);
  if (isSoftDeleted(log, stream)) return 'deleted';
  if (lastRevision(log, stream) === noRevision && !hasMetadata(log, stream)) return 'conflict';
  return decideByIds(log, stream, events);
};

const decideByIds = (log: Log, stream: string, events: readonly Proposed[]): Decision => {
  const there = eventsOf(log, stream);
  const revisions = events.map(({ id }) => there.findLast((event) => event.id === id)?.revision);
  if (revisions[0] === undefined) return 'write';
  const before = revisions.includes(undefined) ? undefined : revisions.at(-1);
  return before === undefined ? 'conflict' : { before };
};

const decideByRevision = (
  log: Log,
  stream: string,
  expected: number,
  events: readonly Proposed[],
): Decision => {
  const there = eventsOf(log, stream);
  if (expected === there.length - 1) return 'write';
  const firstOther = events.findIndex(({ id }, index) => there[expected + 1 + index]?.id !== id);
  if (firstOther === -1) return { before: expected + events.length };
  const mayBegin = expected === noRevision && isSoftDeleted(log, stream);
  return firstOther === 0 && mayBegin ? 'write' : 'conflict';
};

/** A deletion is an event that was never there before. */
const deletion: Proposed = { id: 'a deletion', type: 'a deletion' };

const checkDeletion = (log: Log, stream: string, expected: Expected): Outcome => {
  const { outcome } = append(log, stream, expected, [deletion]);
  return outcome.kind === 'written' ? { kind: 'written', revision: lastRevision(log, stream) } : outcome;
};

export const softDelete = (log: Log, stream: string, expected: Expected): Written => {
  const outcome = checkDeletion(log, stream, expected);
  if (outcome.kind !== 'written') return { log, outcome };
  if (lastRevision(log, stream) === noRevision && !hasMetadata(log, stream))
    return { log, outcome: { kind: 'conflict', revision: noRevision } };
  return { log: [...log, metadataEvent(log, stream, { truncateBefore: endless })], outcome };
};

export const end = (log: Log, stream: string, expected: Expected): Written => {
  const outcome = checkDeletion(log, stream, expected);
  return outcome.kind === 'written' ? { log: [...log, tombstone(stream)], outcome } : { log, outcome };
};
