import { derivedUuid, streams, subjects, type CommandPayload, type CommandReply } from '@karrio/contracts';
import type { RunRequested } from '@karrio/domain';
import { RevisionConflict } from '@karrio/event-store-client';
import { backlogFull } from '../backlog/backlog-full.ts';
import type { Envelope } from '../envelope.ts';
import { accepted, refusedReply, rejected } from '../reply.ts';
import { outlineRerun, type RerunOutline, type RerunPorts } from './outline-rerun.ts';
import { requestedRun } from './request-run.ts';
import { tooDeep } from './too-deep.ts';

/** Puts a run in the log that repeats another, once per run id, and wakes an executor. */
export const rerunRun = async (
  ports: RerunPorts,
  payload: CommandPayload<'rerun_run'>,
  envelope: Envelope,
): Promise<CommandReply> => {
  const { store, backlog, sealPlan, catalog, depthMax } = ports;
  const { org, at } = envelope;
  const { runId } = payload;
  const looping = tooDeep(payload.depth, depthMax);
  if (looping) return looping;
  if (payload.from === 'failed' && payload.parameters !== undefined) {
    const message =
      'A run that goes on from what failed keeps its parameters; give none, or say a step or whole in from.';
    return rejected('invalid', 'parameters', message);
  }
  const outlined = await outlineRerun(ports, payload, org, at);
  if ('refused' in outlined) return refusedReply(outlined.refused);
  const { plan, original } = outlined;
  const planHash = plan.entry ? await sealPlan(catalog.of(org), plan.entry, envelope) : original.planHash;
  if (!backlog.begin(org, runId)) return (await requestedRun(store, runId, org)) ?? backlogFull('id');
  return write(ports, payload, envelope, { ...outlined, planHash });
};

const write = async (
  { store, bus, backlog }: RerunPorts,
  { runId, testMode, parameters: given, depth }: CommandPayload<'rerun_run'>,
  envelope: Envelope,
  { original, origin, planHash, rerun }: RerunOutline & Readonly<{ planHash: string }>,
): Promise<CommandReply> => {
  const { org, at, metadata } = envelope;
  const { workflowId } = original;
  const parameters = given ?? original.parameters;
  const requested: RunRequested = {
    type: 'RunRequested',
    data: {
      workflowId,
      planHash,
      eventType: 'manual',
      testMode,
      parameters,
      origin,
      ...(depth !== undefined && { depth }),
      at,
    },
  };
  const stream = streams.run(runId);
  const events = [requested, ...rerun.reused].map((event, index) => ({
    ...event,
    id: index === 0 ? derivedUuid(stream) : derivedUuid(stream, String(index)),
    metadata,
  }));
  try {
    const { position } = await store.append(stream, events, 'no-stream');
    if (!backlog.written(org, runId, position)) return accepted(runId, position);
    // Without the event: the stream holds more than one.
    bus.hint(subjects.runReady.of({ org }), { runId }, runId);
    return accepted(runId, position);
  } catch (error) {
    // Where it is open all the same, the log says so.
    backlog.cancel(org, runId);
    if (!(error instanceof RevisionConflict)) throw error;
    const first = await requestedRun(store, runId, org);
    return first ?? rejected('already-exists', 'id', 'This run id is taken; choose another.');
  }
};
