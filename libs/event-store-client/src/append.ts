import {
  type EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { AppendRefused, isPassing, RevisionConflict } from './errors.ts';
import type { Appended, ExpectedRevision, NewEvent } from './event-store.ts';

export const append = async (
  client: EventStoreDBClient,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): Promise<Appended> => {
  try {
    const result = await client.appendToStream(
      stream,
      events.map(({ id, type, data, metadata }) => jsonEvent({ id, type, data: { ...data }, metadata })),
      { expectedRevision: expected === 'no-stream' ? NO_STREAM : BigInt(expected) },
    );
    return { revision: Number(result.nextExpectedRevision), position: result.position?.commit ?? 0n };
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) {
      const actual = error.actualVersion;
      throw new RevisionConflict(stream, expected, typeof actual === 'bigint' ? Number(actual) : 'no-stream');
    }
    if (isPassing(error)) throw error;
    throw new AppendRefused(`The event store refused an append to ${stream}`, { cause: error });
  }
};
