import { jetStreams, streams, subjects, subjectToken } from '@karrio/contracts';
import { isRunEvent } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import { gauge, type Logger } from '@karrio/telemetry';
import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import { createDispatcher, type DispatchPorts } from './dispatcher.ts';

type Ports = Readonly<{ bus: Bus; store: EventStore; log: Logger }> & Pick<DispatchPorts, 'work' | 'hosts'>;

/** Has wake-ups worked on in their fair order, until disposed. */
export const dispatchRuns = (
  { bus, store, log, work, hosts }: Ports,
  { dispatch: { limits, waitingMax, weights }, leaseMs }: Pick<Config, 'dispatch' | 'leaseMs'>,
): AsyncDisposable => {
  const dispatcher = createDispatcher({
    limits,
    weightOf: (org) => weights.get(org) ?? 1,
    heldMax: waitingMax,
    workflowOf: (runId) => workflowOf(store, runId),
    work,
    hosts,
    giveBack: (org, runId) => bus.hint(subjects.runReady.of({ org }), { runId }, randomUUID()),
    log,
  });
  const consumption = bus.consume({
    stream: jetStreams.runs,
    durable: 'executor',
    subject: subjects.runReady,
    filter: subjects.runReady.matching(),
    ackWaitMs: leaseMs,
    // There is always room for one more, or a flood would keep what is behind it from being seen.
    concurrency: limits.slots + waitingMax + roomToLook,
    handle: (wakeUp, delivery) =>
      dispatcher.dispatch(subjectToken(subjects.runReady, 'org', delivery.subject), wakeUp, delivery),
  });
  const reading = gauge('karrio_run_slots', 'Runs in hand, and runs that wait for a slot.', () => {
    const { inHand, waiting } = dispatcher.counts();
    return [
      { value: inHand, attributes: { state: 'in-hand' } },
      { value: waiting, attributes: { state: 'waiting' } },
    ];
  });
  return {
    [Symbol.asyncDispose]: async () => {
      reading[Symbol.dispose]();
      // Both at once: the consumption ends when the dispatcher has let its messages go.
      await Promise.all([dispatcher[Symbol.asyncDispose](), consumption[Symbol.asyncDispose]()]);
    },
  };
};

/** Wake-ups whose workflow is being looked up. */
const roomToLook = 64;

const workflowOf = async (store: EventStore, runId: string): Promise<string | undefined> => {
  const [first] = await store.read(streams.run(runId));
  return first && isRunEvent(first) && first.type === 'RunRequested' ? first.data.workflowId : undefined;
};
