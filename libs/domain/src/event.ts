/** A fact: what happened, in the past tense, with every value already resolved. Data is plain JSON. */
export type Event<Type extends string = string, Data = unknown> = Readonly<{
  type: Type;
  data: Readonly<Data>;
}>;

/** Accepting nothing is a valid answer: the command had already taken effect. */
export type Decision<E extends Event, Reason> =
  { readonly accepted: readonly E[] } | { readonly rejected: Reason };

/** The rules of one stream: pure, so it may be called again on a revision conflict. */
export interface Decider<State, Command, E extends Event, Reason> {
  readonly initial: State;
  readonly evolve: (state: State, event: E) => State;
  readonly decide: (state: State, command: Command) => Decision<E, Reason>;
}

export const accept = <E extends Event>(...events: readonly E[]): { readonly accepted: readonly E[] } => ({
  accepted: events,
});

export const reject = <Reason>(rejected: Reason): { readonly rejected: Reason } => ({ rejected });

/** Recognises one stream's events, so that a reader skips the types which only a newer build knows. */
export const eventGuard =
  <E extends Event>(types: Readonly<Record<E['type'], true>>) =>
  <T extends Event>(event: T): event is T & E =>
    Object.hasOwn(types, event.type);
