import { derivedUuid, streams, subjects, type CommandPayload, type CommandReply } from '@karrio/contracts';
import {
  controlRun,
  evolveRun,
  isRunEvent,
  noRun,
  type Json,
  type RunEvent,
  type Stored,
} from '@karrio/domain';
import { RevisionConflict, storeValue, type EventStore, type Recorded } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import type { Envelope } from '../../envelope.ts';
import { accepted, refusedReply, rejected } from '../../reply.ts';
import { controlOf, type ControlCommand } from './control-of.ts';

type Ports = Readonly<{ store: EventStore; bus: Bus }>;

/** Executors write to a run at every step, and each of their appends moves the revision. */
const conflictsMax = 20;

/** Does to a run what a person asks for, and tells whoever has it in hand. Handling it again has the effect of once. */
export const controlRunOf = async (
  ports: Ports,
  command: ControlCommand,
  envelope: Envelope,
): Promise<CommandReply> => {
  const { id } = command.payload;
  for (let conflicts = 0; ;) {
    try {
      return await attempt(ports, id, command, envelope);
    } catch (error) {
      if (!(error instanceof RevisionConflict) || ++conflicts > conflictsMax) throw error;
    }
  }
};

const attempt = async (
  { store, bus }: Ports,
  runId: string,
  command: ControlCommand,
  envelope: Envelope,
): Promise<CommandReply> => {
  const { org, commandId, metadata } = envelope;
  const stream = streams.run(runId);
  const recorded = await store.read(stream);
  const last = recorded.at(-1);
  // Another organisation's run is unknown, like one that never was.
  if (!last || recorded[0]?.metadata.org !== org) return unknownRun;
  const done = effectOf(recorded, commandId);
  if (done) return accepted(runId, done.position);
  const events = recorded.filter(isRunEvent);
  const control = controlOf(
    command,
    events,
    { by: metadata.actor, at: envelope.at },
    await stored(store, command, envelope),
  );
  if ('refused' in control) return refusedReply([control.refused]);
  const decision = controlRun(events.reduce(evolveRun, noRun), control);
  if ('rejected' in decision) return refusedReply([decision.rejected]);
  if (decision.accepted.length === 0) return accepted(runId, last.position);
  const news = decision.accepted.map((event, index) => ({
    ...event,
    id: derivedUuid(commandId, stream, String(index)),
    metadata,
  }));
  const { position } = await store.append(stream, news, last.revision);
  announce(bus, runId, envelope, decision.accepted, position);
  return accepted(runId, position);
};

const unknownRun = rejected(
  'not-found',
  'id',
  'No workflow event has this id; list them with the workflow_events query.',
);

const effectOf = (recorded: readonly Recorded[], commandId: string): Recorded | undefined =>
  recorded.findLast(({ metadata }) => metadata.$causationId === commandId);

/** A large output is in the log before the event that names it. */
const stored = async (
  store: EventStore,
  command: ControlCommand,
  { metadata }: Envelope,
): Promise<Stored | undefined> => {
  const output: Json | undefined = command.name === 'settle_run_action' ? command.payload.output : undefined;
  return output === undefined ? undefined : storeValue(store, output, metadata);
};

const announce = (
  bus: Bus,
  runId: string,
  { org, commandId }: Envelope,
  events: readonly RunEvent[],
  position: bigint,
): void => {
  // Hints both: the relay wakes what is open, and an executor meets the news at its next append.
  bus.publish(subjects.runControl.of({ runId }), { runId });
  if (!events.some(({ type }) => type === 'RunCancelled')) {
    bus.hint(subjects.runReady.of({ org }), { runId }, commandId);
    return;
  }
  const ended = { runId, status: 'cancelled', position: position.toString() } as const;
  bus.publish(subjects.runEnded.of({ org, runId }), ended);
};

/** The answer to a command that came too late, if an earlier delivery of it took effect. */
export const controlledRun = async (
  store: EventStore,
  { id }: CommandPayload<'pause_run'>,
  commandId: string,
): Promise<CommandReply | undefined> => {
  const done = effectOf(await store.read(streams.run(id)), commandId);
  return done && accepted(id, done.position);
};
