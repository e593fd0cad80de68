import { derivedUuid, streams, subjects, type CommandPayload, type CommandReply } from '@karrio/contracts';
import type { RunRequested } from '@karrio/domain';
import { RevisionConflict } from '@karrio/event-store-client';
import type { Envelope } from '../envelope.ts';
import { accepted, refusedReply, rejected } from '../reply.ts';
import { outlineRerun, type RerunPorts } from './outline-rerun.ts';
import { requestedRun } from './request-run.ts';

/** Puts a run in the log that repeats another, once per run id, and wakes an executor. */
export const rerunRun = async (
  ports: RerunPorts,
  payload: CommandPayload<'rerun_run'>,
  envelope: Envelope,
): Promise<CommandReply> => {
  const { store, bus, sealPlan, catalog } = ports;
  const { org, at, metadata } = envelope;
  const { runId, testMode } = payload;
  if (payload.from === 'failed' && payload.parameters !== undefined) {
    const message =
      'A run that goes on from what failed keeps its parameters; give none, or say a step or whole in from.';
    return rejected('invalid', 'parameters', message);
  }
  const outlined = await outlineRerun(ports, payload, org, at);
  if ('refused' in outlined) return refusedReply(outlined.refused);
  const { original, origin, plan, rerun } = outlined;
  const planHash = plan.entry ? await sealPlan(catalog.of(org), plan.entry, envelope) : original.planHash;
  const { workflowId } = original;
  const parameters = payload.parameters ?? original.parameters;
  const requested: RunRequested = {
    type: 'RunRequested',
    data: { workflowId, planHash, eventType: 'manual', testMode, parameters, origin, at },
  };
  const stream = streams.run(runId);
  const events = [requested, ...rerun.reused].map((event, index) => ({
    ...event,
    id: index === 0 ? derivedUuid(stream) : derivedUuid(stream, String(index)),
    metadata,
  }));
  try {
    const { position } = await store.append(stream, events, 'no-stream');
    // Without the event: the stream holds more than one.
    bus.hint(subjects.runReady.of({ org }), { runId }, runId);
    return accepted(runId, position);
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    const first = await requestedRun(store, runId, org);
    return first ?? rejected('already-exists', 'id', 'This run id is taken; choose another.');
  }
};
