import { randomUUID } from 'node:crypto';
import { jsonEvent, type AllStreamResolvedEvent, type ResolvedEvent } from '@eventstore/db-client';

/** A name that no other case and no other run has. */
export const newStream = (topic: string) => `conformance-${topic}-${randomUUID()}`;

/** Events whose types are the names given. */
export const events = (...types: readonly string[]) =>
  types.map((type) => jsonEvent({ type, data: { about: type } }));

export const manyEvents = (count: number, type = 'Many') =>
  Array.from({ length: count }, (_, index) => jsonEvent({ type, data: { index } }));

type Resolved = ResolvedEvent | AllStreamResolvedEvent;

/** What a reader saw: `type@revision` for each event. */
export const seen = async (read: AsyncIterable<Resolved>, countMax = Number.POSITIVE_INFINITY) =>
  (await collect(read, countMax)).map(({ event }) => `${event?.type ?? ''}@${String(event?.revision)}`);

export const collect = async <T>(read: AsyncIterable<T>, countMax = Number.POSITIVE_INFINITY) => {
  const collected: T[] = [];
  for await (const item of read) {
    collected.push(item);
    if (collected.length >= countMax) break;
  }
  return collected;
};
