import { derivedUuid, streams, subjects, type CommandPayload, type CommandReply } from '@karrio/contracts';
import type { Json, RunRequested } from '@karrio/domain';
import { type EventStore, RevisionConflict } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import { backlogFull } from '../backlog/backlog-full.ts';
import type { Backlog } from '../backlog/backlog.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Envelope } from '../envelope.ts';
import { accepted, refusedReply, rejected } from '../reply.ts';
import { whyNot } from '../trigger/why-not.ts';
import { runnable } from './current-plan.ts';
import type { SealPlan } from './seal-plan.ts';
import { tooDeep } from './too-deep.ts';

export type RequestPorts = Readonly<{
  store: EventStore;
  bus: Bus;
  catalog: Catalog;
  backlog: Backlog;
  sealPlan: SealPlan;
  /** How many runs may lead to one, each of which started the next. */
  depthMax: number;
  caughtUpTo: (position: bigint) => Promise<void>;
}>;

const wakeUpCharsMax = 64 * 1_024;

/** Such a run is read from the log by its executor: a message is no place for it. */
const isLarge = (parameters: Json): boolean => JSON.stringify(parameters).length > wakeUpCharsMax;

/** Puts a run in the log, once per run id, and wakes an executor. */
export const requestRun = async (
  ports: RequestPorts,
  payload: CommandPayload<'request_run'>,
  envelope: Envelope,
): Promise<CommandReply> => {
  const { org } = envelope;
  const { runId, workflowId, triggerId } = payload;
  const { catalog, backlog, sealPlan, depthMax } = ports;
  const looping = tooDeep(payload.depth, depthMax);
  if (looping) return looping;
  const orgCatalog = catalog.of(org);
  if (!orgCatalog.workflow(workflowId)) await lookAgain(ports, streams.workflow(workflowId));
  if (triggerId !== undefined && !orgCatalog.trigger(triggerId))
    await lookAgain(ports, streams.trigger(triggerId));
  const found = runnable(orgCatalog, workflowId);
  if ('refused' in found) return refusedReply(found.refused);
  const earlier = () => requestedRun(ports.store, runId, org, onlyBy(payload, envelope));
  const withheld = whyNot(orgCatalog, payload);
  if (withheld) return (await earlier()) ?? refusedReply([withheld]);
  const planHash = await sealPlan(orgCatalog, found.entry, envelope);
  // Behind what may fail: a run that is counted is written next, or counted no longer.
  if (!backlog.begin(org, runId)) return (await earlier()) ?? backlogFull('workflow_id');
  return writeRun(ports, payload, requestedOf(payload, planHash, envelope), envelope);
};

const onlyBy = ({ isOnce = false }: CommandPayload<'request_run'>, { commandId }: Envelope) =>
  isOnce ? commandId : undefined;

const requestedOf = (
  { workflowId, eventType, testMode, parameters, triggerId, slot, depth }: CommandPayload<'request_run'>,
  planHash: string,
  { at }: Envelope,
): RunRequested => ({
  type: 'RunRequested',
  data: {
    workflowId,
    planHash,
    eventType,
    testMode,
    parameters,
    ...(triggerId !== undefined && { triggerId }),
    ...(slot && { slot }),
    ...(depth !== undefined && { depth }),
    at,
  },
});

const writeRun = async (
  { store, bus, backlog }: RequestPorts,
  payload: CommandPayload<'request_run'>,
  event: RunRequested,
  envelope: Envelope,
): Promise<CommandReply> => {
  const { runId } = payload;
  const { org, metadata } = envelope;
  const stream = streams.run(runId);
  try {
    const { position } = await store.append(
      stream,
      [{ ...event, id: eventIdOf(stream, payload, envelope), metadata }],
      'no-stream',
    );
    // The store took it for an earlier one of the same id, which nobody need be woken for.
    if (!backlog.written(org, runId, position)) return accepted(runId, position);
    // A hint only: the scheduler wakes a run that nobody has begun.
    const isOnItsOwn = isLarge(event.data.parameters);
    const wakeUp = isOnItsOwn ? { runId } : { runId, requested: { data: event.data, metadata } };
    bus.hint(subjects.runReady.of({ org }), wakeUp, runId);
    return accepted(runId, position);
  } catch (error) {
    // Where it is open all the same, the log says so.
    backlog.cancel(org, runId);
    if (!(error instanceof RevisionConflict)) throw error;
    // The id is taken by an earlier request of the same run: that one is the answer.
    const first = await requestedRun(store, runId, org, onlyBy(payload, envelope));
    return first ?? rejected('already-exists', 'id', 'This run id is taken; choose another.');
  }
};

/** The store takes an event of the same id for the same; what may come once must not be the same of two commands. */
const eventIdOf = (stream: string, payload: CommandPayload<'request_run'>, envelope: Envelope): string => {
  const commandId = onlyBy(payload, envelope);
  return commandId === undefined ? derivedUuid(stream) : derivedUuid(stream, commandId);
};

/** What another replica made a moment ago is in the log before it is in this catalog. */
const lookAgain = async ({ store, caughtUpTo }: RequestPorts, stream: string): Promise<void> => {
  const last = (await store.read(stream)).at(-1);
  if (last) await caughtUpTo(last.position);
};

/** The answer to a request that is in the log already; `onlyBy`: to no other command than that one. */
export const requestedRun = async (
  store: EventStore,
  runId: string,
  org: string,
  onlyBy?: string,
): Promise<CommandReply | undefined> => {
  const [first] = await store.read(streams.run(runId));
  if (first?.metadata.org !== org) return undefined;
  return onlyBy === undefined || first.metadata.$causationId === onlyBy
    ? accepted(runId, first.position)
    : rejected('repeated', 'id', `This came before and started the run ${runId}; it is not started again.`);
};
