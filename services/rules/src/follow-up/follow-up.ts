import { newId, streams, type EventMetadata } from '@karrio/contracts';
import { eventGuard, type Event } from '@karrio/domain';
import {
  backoffMs,
  pause,
  type EventStore,
  type ExpectedRevision,
  type Recorded,
} from '@karrio/event-store-client';
import type { Lease } from '@karrio/messaging';
import type { Logger } from '@karrio/telemetry';
import { randomUUID } from 'node:crypto';

/** Up to where everything was followed up, as a decimal string. */
type NotificationsSeen = Event<'NotificationsSeen', { position: string }>;
const isNotificationsSeen = eventGuard<NotificationsSeen>({ NotificationsSeen: true });

const stream = streams.checkpoint('rules');
const idleMs = 500;
const saveAfterMs = 60_000;

type Ports = Readonly<{
  store: EventStore;
  lease: Pick<Lease, 'isHeld'>;
  /** Done again after a crash, it has the effect of once. */
  follow: (event: Recorded) => Promise<void>;
  log: Logger;
}>;

const filter = { eventTypePrefixes: ['RateNotificationsDue', 'RateDecisionSettled'] };

/** What has to follow from decisions follows from the log: no crash between the two loses it. Until `signal` aborts. */
export const followUp = async (ports: Ports, signal: AbortSignal): Promise<void> => {
  for (let failures = 0; !signal.aborted;) {
    if (!ports.lease.isHeld()) {
      await pause(idleMs, signal);
      continue;
    }
    try {
      await followLog(ports, signal, () => (failures = 0));
    } catch (err) {
      const retryInMs = backoffMs(++failures);
      ports.log.warn({ err, retryInMs }, 'following up decisions interrupted');
      await pause(retryInMs, signal);
    }
  }
};

const followLog = async ({ store, lease, follow }: Ports, signal: AbortSignal, onProgress: () => void) => {
  const checkpoint = await openCheckpoint(store);
  let savedAt = performance.now();
  for await (const { events, position } of store.follow({ from: checkpoint.position, filter, signal })) {
    if (!lease.isHeld()) return;
    for (const event of events) await follow(event);
    onProgress();
    if (events.length === 0 && performance.now() - savedAt < saveAfterMs) continue;
    await checkpoint.save(position);
    savedAt = performance.now();
  }
};

/** Saving names the revision: of two that follow up, the second stops. @throws RevisionConflict */
const openCheckpoint = async (store: EventStore) => {
  await store.keepLast(stream, 10);
  const last = (await store.read(stream)).at(-1);
  let expected: ExpectedRevision = last?.revision ?? 'no-stream';
  const causation = newId('command');
  const metadata: EventMetadata = {
    org: 'system',
    actor: 'rules',
    $correlationId: causation,
    $causationId: causation,
    schema: 1,
  };
  return {
    position: last && isNotificationsSeen(last) ? BigInt(last.data.position) : undefined,
    save: async (position: bigint): Promise<void> => {
      const event: NotificationsSeen = { type: 'NotificationsSeen', data: { position: String(position) } };
      const { revision } = await store.append(stream, [{ ...event, id: randomUUID(), metadata }], expected);
      expected = revision;
    },
  };
};
