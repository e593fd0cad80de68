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

type Ports = Readonly<{
  store: EventStore;
  bus: Bus;
  catalog: Catalog;
  backlog: Backlog;
  sealPlan: SealPlan;
  caughtUpTo: (position: bigint) => Promise<void>;
}>;

const wakeUpCharsMax = 64 * 1_024;

/** Such a run is read from the log by its executor: a message is no place for it. */
const isLarge = (parameters: Json): boolean => JSON.stringify(parameters).length > wakeUpCharsMax;

/** Puts a run in the log, once per run id, and wakes an executor. */
export const requestRun = async (
  ports: Ports,
  payload: CommandPayload<'request_run'>,
  envelope: Envelope,
): Promise<CommandReply> => {
  const { org } = envelope;
  const { runId, workflowId } = payload;
  const { store, catalog, backlog, sealPlan } = ports;
  const orgCatalog = catalog.of(org);
  if (!orgCatalog.workflow(workflowId)) await lookAgain(ports, workflowId);
  const found = runnable(orgCatalog, workflowId);
  if ('refused' in found) return refusedReply(found.refused);
  const withheld = whyNot(orgCatalog, payload);
  if (withheld) return (await requestedRun(store, runId, org)) ?? refusedReply([withheld]);
  if (!backlog.begin(org, runId))
    return (await requestedRun(store, runId, org)) ?? backlogFull('workflow_id');
  const planHash = await sealPlan(orgCatalog, found.entry, envelope);
  return writeRun(ports, runId, requestedOf(payload, planHash, envelope), envelope);
};

const requestedOf = (
  { workflowId, eventType, testMode, parameters, triggerId, slot }: CommandPayload<'request_run'>,
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
    at,
  },
});

const writeRun = async (
  { store, bus, backlog }: Ports,
  runId: string,
  event: RunRequested,
  { org, metadata }: Envelope,
): Promise<CommandReply> => {
  const stream = streams.run(runId);
  try {
    const { position } = await store.append(
      stream,
      [{ ...event, id: derivedUuid(stream), metadata }],
      'no-stream',
    );
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
    const first = await requestedRun(store, runId, org);
    return first ?? rejected('already-exists', 'id', 'This run id is taken; choose another.');
  }
};

/** A workflow that another replica made a moment ago is in the log before it is in this catalog. */
const lookAgain = async ({ store, caughtUpTo }: Ports, workflowId: string): Promise<void> => {
  const last = (await store.read(streams.workflow(workflowId))).at(-1);
  if (last) await caughtUpTo(last.position);
};

/** The answer to a request that is in the log already. */
export const requestedRun = async (
  store: EventStore,
  runId: string,
  org: string,
): Promise<CommandReply | undefined> => {
  const [first] = await store.read(streams.run(runId));
  return first?.metadata.org === org ? accepted(runId, first.position) : undefined;
};
