import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  derivedId,
  type CommandPayload,
  type CommandReply,
  type IncomingEvent,
  type ReceivedEvent,
} from '@karrio/contracts';
import { counter } from '@karrio/telemetry';
import type { Envelope } from '../envelope.ts';
import { rejected } from '../reply.ts';
import { requestRun, type RequestPorts } from '../run/request-run.ts';
import { judge, listenersTo, parametersOf, type Listener } from './listeners.ts';

type Payload = CommandPayload<'receive_event'>;

const received = counter('karrio_events_received_total', 'Events from outside, by what came of them.');

/**
 * Starts a run for each trigger that an event matches, and answers when they are all in the log. Their ids are made of
 * trigger, source and id: an event that comes again, to whichever process, finds the runs that it started.
 */
export const receiveEvent = async (
  ports: RequestPorts,
  payload: Payload,
  envelope: Envelope,
): Promise<CommandReply> => {
  const { event } = payload;
  const parameters = parametersOf(event);
  const started: Mutable<ReceivedEvent['started']> = [];
  const notStarted: Mutable<ReceivedEvent['notStarted']> = [];
  let position = 0n;
  for (const listener of listenersTo(ports.catalog.of(envelope.org), event.type)) {
    // Filters take their time, and others are waiting.
    await nextTurn();
    const judged = judge(listener.policy, parameters);
    if ('passes' in judged && !judged.passes) continue;
    const { triggerId, workflowId } = listener;
    const reply =
      'problem' in judged ? unclear(judged.problem) : await start(ports, payload, envelope, listener);
    if ('accepted' in reply) {
      started.push({ triggerId, workflowId, runId: reply.accepted.id });
      const at = BigInt(reply.accepted.position);
      if (at > position) position = at;
      continue;
    }
    const { code, errors } = reply.rejected;
    // It can be sent again as a whole: what was started is found then.
    if (code === 'backlog-full') return counted('deferred', reply);
    notStarted.push({
      triggerId,
      workflowId,
      code,
      message: errors.flatMap(({ messages }) => messages).join(' '),
    });
  }
  return counted(outcomeOf(started.length, notStarted.length), {
    accepted: { id: event.id, position: position.toString(), event: { started, notStarted } },
  });
};

type Mutable<T extends readonly unknown[]> = T[number][];

const start = (
  ports: RequestPorts,
  { event, testMode, depth }: Payload,
  envelope: Envelope,
  { triggerId, workflowId, testMode: isTest }: Listener,
): Promise<CommandReply> => {
  const runId = runIdOf(triggerId, event, testMode);
  const request = {
    runId,
    workflowId,
    triggerId,
    eventType: 'auto',
    testMode: testMode || isTest,
    parameters: parametersOf(event),
    ...(depth !== undefined && { depth }),
  } as const;
  const metadata = { ...envelope.metadata, $correlationId: runId };
  return requestRun(ports, request, { ...envelope, metadata });
};

/** A test of an event is not the event. */
const runIdOf = (triggerId: string, { source, id }: IncomingEvent, testMode: boolean): string =>
  derivedId('run', triggerId, 'event', source, id, ...(testMode ? ['test'] : []));

const unclear = (problem: string): CommandReply =>
  rejected('invalid', 'filter', `The trigger's filter failed: ${problem}`);

/** `refused`: triggers listen to it, and none could start a run. */
type Outcome = 'matched' | 'unmatched' | 'refused' | 'deferred';

const outcomeOf = (started: number, notStarted: number): Outcome => {
  if (started > 0) return 'matched';
  return notStarted > 0 ? 'refused' : 'unmatched';
};

const counted = (outcome: Outcome, reply: CommandReply): CommandReply => {
  received.add(1, { outcome });
  return reply;
};
