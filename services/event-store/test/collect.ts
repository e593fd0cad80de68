import { jsonEvent, type AllStreamResolvedEvent, type ResolvedEvent } from '@eventstore/db-client';

type Resolved = ResolvedEvent | AllStreamResolvedEvent;

/** What a reader saw: `type@revision` for each event. */
export const collect = async (events: AsyncIterable<Resolved>, countMax = Number.POSITIVE_INFINITY) => {
  const seen: string[] = [];
  for await (const { event } of events) {
    seen.push(`${event?.type ?? ''}@${String(event?.revision)}`);
    if (seen.length >= countMax) break;
  }
  return seen;
};

/** Events whose types are the names given. */
export const events = (...types: readonly string[]) =>
  types.map((type) => jsonEvent({ type, data: { about: type } }));
