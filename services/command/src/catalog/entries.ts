import type { Event } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

/** An entity as the log has it: what a decision needs, and the revision that the decision is based on. */
export type Entry<State> = Readonly<{
  id: string;
  org: string;
  state: State;
  revision: number;
  /** The command that made it, so that a redelivered one recognises its own work. */
  createdBy: string;
}>;

type Kind<State, E extends Event> = Readonly<{
  isOne: <T extends Event>(event: T) => event is T & E;
  initial: State;
  evolve: (state: State, event: E) => State;
  /** Called with each event of the kind. */
  index?: (id: string, event: E) => void;
}>;

/** The entities of one kind, folded from the log. */
export const createEntries = <State, E extends Event>(
  org: string,
  { isOne, initial, evolve, index }: Kind<State, E>,
) => {
  const entries = new Map<string, Entry<State>>();
  return {
    get: (id: string | undefined) => entries.get(id ?? ''),
    all: (): Iterable<Entry<State>> => entries.values(),
    /** Takes each event once; false for one that is of another kind or already known. */
    take: (id: string, event: Recorded): boolean => {
      const known = entries.get(id);
      if (!isOne(event) || (known && known.revision >= event.revision)) return false;
      const createdBy = known?.createdBy ?? event.metadata.$causationId;
      const state = evolve(known?.state ?? initial, event);
      entries.set(id, { id, org, state, revision: event.revision, createdBy });
      index?.(id, event);
      return true;
    },
  };
};
