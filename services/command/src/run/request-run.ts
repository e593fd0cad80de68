import { derivedUuid, streams, subjects, type CommandPayload, type CommandReply } from '@karrio/contracts';
import type { RunRequested } from '@karrio/domain';
import { type EventStore, RevisionConflict } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import type { Catalog } from '../catalog/catalog.ts';
import type { Envelope } from '../envelope.ts';
import { accepted, rejected } from '../reply.ts';
import type { SealPlan } from './seal-plan.ts';

type Ports = Readonly<{ store: EventStore; bus: Bus; catalog: Catalog; sealPlan: SealPlan }>;

/** Puts a run in the log, once per run id, and wakes an executor. */
export const requestRun = async (
  { store, bus, catalog, sealPlan }: Ports,
  payload: CommandPayload<'request_run'>,
  envelope: Envelope,
): Promise<CommandReply> => {
  const { org, at, metadata } = envelope;
  const { runId, workflowId, eventType, testMode, parameters } = payload;
  const orgCatalog = catalog.of(org);
  const entry = orgCatalog.workflow(workflowId);
  if (entry?.state.status !== 'live') {
    return rejected('not-found', 'workflow_id', `No workflow has the id ${workflowId}.`);
  }
  if (!entry.state.isActive) {
    return rejected(
      'inactive',
      'workflow_id',
      'The workflow is switched off; activate it with activate_workflow.',
    );
  }
  const planHash = await sealPlan(orgCatalog, entry, envelope);
  const event: RunRequested = {
    type: 'RunRequested',
    data: { workflowId, planHash, eventType, testMode, parameters, at },
  };
  const stream = streams.run(runId);
  try {
    const { position } = await store.append(
      stream,
      [{ ...event, id: derivedUuid(stream), metadata }],
      'no-stream',
    );
    // A hint only: the relay wakes a run that nobody has begun.
    bus.hint(subjects.runReady.of({ org }), { runId, requested: { data: event.data, metadata } }, runId);
    return accepted(runId, position);
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    // The id is taken by an earlier request of the same run: that one is the answer.
    const [first] = await store.read(stream);
    return first?.metadata.org === org
      ? accepted(runId, first.position)
      : rejected('already-exists', 'id', 'This run id is taken; choose another.');
  }
};
