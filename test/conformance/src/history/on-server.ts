import {
  jsonEvent,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
  type EventStoreDBClient,
  type Position,
} from '@eventstore/db-client';
import { collect } from '../events.ts';
import { endless, noRevision, type Metadata } from '../model/log.ts';
import type { ReadOptions } from '../model/read.ts';
import type { Expected, Outcome, Proposed } from '../model/write.ts';

/** What the server does, in the words of the model. */
export type Shown = readonly string[] | 'not found' | 'deleted';

const expectation = (expected: Expected): AppendExpectedRevision =>
  typeof expected === 'number' ? BigInt(expected) : expected;

const deletionExpectation = (expected: Expected) => {
  if (expected === 'stream_exists') throw new Error('the client can not expect that of a deletion');
  return typeof expected === 'number' ? BigInt(expected) : expected;
};

const outcomeOf = async (
  write: Promise<{ nextExpectedRevision?: bigint }>,
  last: number,
): Promise<Outcome> => {
  try {
    const { nextExpectedRevision } = await write;
    const revision = nextExpectedRevision === undefined ? last : Number(nextExpectedRevision);
    return { kind: 'written', revision };
  } catch (error) {
    if (error instanceof StreamDeletedError) return { kind: 'deleted' };
    if (!(error instanceof WrongExpectedVersionError)) throw error;
    const { actualVersion } = error;
    return { kind: 'conflict', revision: actualVersion === 'no_stream' ? noRevision : Number(actualVersion) };
  }
};

export const appendOnServer = (
  client: EventStoreDBClient,
  stream: string,
  expected: Expected,
  events: readonly Proposed[],
) =>
  outcomeOf(
    client.appendToStream(
      stream,
      events.map(({ id, type }) => jsonEvent({ id, type, data: {} })),
      { expectedRevision: expectation(expected) },
    ),
    noRevision,
  );

export const describeOnServer = (
  client: EventStoreDBClient,
  stream: string,
  expected: Expected,
  metadata: Metadata,
) =>
  outcomeOf(
    client.setStreamMetadata(stream, metadata, { expectedRevision: expectation(expected) }),
    noRevision,
  );

/** `last` is what the model answers, for the server says where a deletion is and not at which revision. */
export const deleteOnServer = (
  client: EventStoreDBClient,
  method: 'deleteStream' | 'tombstoneStream',
  stream: string,
  expected: Expected,
  last: number,
) =>
  outcomeOf(
    client[method](stream, { expectedRevision: deletionExpectation(expected) }).then(() => ({})),
    last,
  );

export const readOnServer = async (
  client: EventStoreDBClient,
  stream: string,
  { direction, from, count }: ReadOptions,
): Promise<Shown> => {
  try {
    const fromRevision = typeof from === 'number' ? BigInt(from) : from;
    const read = await collect(client.readStream(stream, { direction, fromRevision, maxCount: count }));
    return read.flatMap(({ event }) => (event ? [shown(event)] : []));
  } catch (error) {
    if (error instanceof StreamNotFoundError) return 'not found';
    if (error instanceof StreamDeletedError) return 'deleted';
    throw error;
  }
};

export type Placed = Readonly<{ text: string; position: Position }>;

/** The events of the whole log that belong to this history, in order. */
export const readAllOnServer = async (
  client: EventStoreDBClient,
  fromPosition: Position,
  isOwn: (stream: string) => boolean,
): Promise<readonly Placed[]> => {
  const read = await collect(client.readAll({ fromPosition }));
  return read.flatMap(({ event }) =>
    event && isOwn(event.streamId) ? [{ text: shown(event), position: event.position }] : [],
  );
};

const tombstoneRevision = 2n ** 63n - 1n;

/** Ids are left out of system events: the server makes them. */
const shown = (event: Readonly<{ streamId: string; revision: bigint; type: string; id: string }>) => {
  const revision = event.revision === tombstoneRevision ? endless : Number(event.revision);
  return `${event.streamId} ${revision} ${event.type} ${event.type.startsWith('$') ? '' : event.id}`;
};
