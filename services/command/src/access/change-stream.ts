import { derivedUuid, type CommandReply } from '@karrio/contracts';
import type { Decider, Event, Refusal } from '@karrio/domain';
import { RevisionConflict, type EventStore, type Recorded } from '@karrio/event-store-client';
import type { Envelope } from '../envelope.ts';
import { accepted, refusedReply, rejected } from '../reply.ts';

/** A stream whose state is folded when it is needed: few commands change it. */
export type Kind<State, Command, E extends Event> = Readonly<{
  decider: Decider<State, Command, E, Refusal>;
  isOne: <T extends Event>(event: T) => event is T & E;
}>;

export type Wanted<Command> = Readonly<{
  stream: string;
  /** What the answer names. */
  id: string;
  command: Command;
  /** It came too late: only what it did before counts. */
  isLate: boolean;
}>;

const conflictsMax = 20;

/** Decides on what the log has, and writes what follows. Handling a command again has the effect of once. */
export const changeStream = async <State, Command, E extends Event>(
  store: Pick<EventStore, 'read' | 'append'>,
  kind: Kind<State, Command, E>,
  wanted: Wanted<Command>,
  envelope: Envelope,
): Promise<CommandReply> => {
  for (let conflicts = 0; ;) {
    try {
      return await attempt(store, kind, wanted, envelope);
    } catch (error) {
      if (!(error instanceof RevisionConflict) || ++conflicts > conflictsMax) throw error;
    }
  }
};

const attempt = async <State, Command, E extends Event>(
  store: Pick<EventStore, 'read' | 'append'>,
  kind: Kind<State, Command, E>,
  { stream, id, command, isLate }: Wanted<Command>,
  { commandId, metadata }: Envelope,
): Promise<CommandReply> => {
  const recorded = await store.read(stream);
  const done = recorded.findLast((event) => event.metadata.$causationId === commandId);
  if (done) return accepted(id, done.position);
  if (isLate) return tooLate;
  const decision = kind.decider.decide(foldedBy(kind, recorded), command);
  if ('rejected' in decision) return refusedReply([decision.rejected]);
  const last = recorded.at(-1);
  if (decision.accepted.length === 0) return accepted(id, last?.position ?? 0n);
  const events = decision.accepted.map((event, index) => ({
    ...event,
    id: derivedUuid(commandId, stream, String(index)),
    metadata,
  }));
  const { position } = await store.append(stream, events, last?.revision ?? 'no-stream');
  return accepted(id, position);
};

const foldedBy = <State, Command, E extends Event>(
  { decider: { initial, evolve }, isOne }: Kind<State, Command, E>,
  recorded: readonly Recorded[],
): State => recorded.filter((event) => isOne(event)).reduce<State>(evolve, initial);

/** What a stream now holds. */
export const readState = async <State, Command, E extends Event>(
  store: Pick<EventStore, 'read'>,
  kind: Kind<State, Command, E>,
  stream: string,
): Promise<State> => foldedBy(kind, await store.read(stream));

const tooLate = rejected('expired', 'id', 'The command came too late and had no effect; send it again.');
