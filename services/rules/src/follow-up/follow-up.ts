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
import { lookEveryMs, type OpenBacktests } from '../backtest/open-backtests.ts';
import type { Logger } from '@karrio/telemetry';
import { randomUUID } from 'node:crypto';

/** Up to where everything was followed up, as a decimal string, and what was under way there. */
type NotificationsSeen = Event<'NotificationsSeen', { position: string; openBacktests?: readonly string[] }>;
const isNotificationsSeen = eventGuard<NotificationsSeen>({ NotificationsSeen: true });

const stream = streams.checkpoint('rules');
const idleMs = 500;
const saveAfterMs = 60_000;

type Ports = Readonly<{
  store: EventStore;
  lease: Pick<Lease, 'isHeld'>;
  /** Done again after a crash, it has the effect of once. */
  follow: (event: Recorded) => Promise<void>;
  backtests: OpenBacktests;
  log: Logger;
}>;

const filter = {
  eventTypePrefixes: [
    'RateNotificationsDue',
    'RateDecisionSettled',
    'BacktestStarted',
    'BacktestFinished',
    'BacktestFailed',
  ],
};

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

/** Backtests whose process died go on, for as long as the lease is held. Until `signal` aborts. */
export const watchBacktests = async (
  { lease, backtests, log }: Pick<Ports, 'lease' | 'backtests' | 'log'>,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    await pause(lookEveryMs, signal);
    if (!lease.isHeld() || signal.aborted) continue;
    await backtests
      .resumeSilent()
      .catch((err: unknown) => log.warn({ err }, 'backtests not looked at, trying again'));
  }
};

const followLog = async (
  { store, lease, follow, backtests }: Ports,
  signal: AbortSignal,
  onProgress: () => void,
) => {
  const checkpoint = await openCheckpoint(store);
  backtests.restore(checkpoint.openBacktests);
  let savedAt = performance.now();
  for await (const { events, position } of store.follow({ from: checkpoint.position, filter, signal })) {
    if (!lease.isHeld()) return;
    for (const event of events) {
      backtests.take(event);
      await follow(event);
    }
    onProgress();
    if (events.length === 0 && performance.now() - savedAt < saveAfterMs) continue;
    await checkpoint.save(position, backtests.ids());
    savedAt = performance.now();
  }
};

/** Saving names the revision: of two that follow up, the second stops. @throws RevisionConflict */
const openCheckpoint = async (store: EventStore) => {
  await store.keepLast(stream, 10);
  const last = (await store.read(stream)).at(-1);
  const seen = last && isNotificationsSeen(last) ? last.data : undefined;
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
    position: seen && BigInt(seen.position),
    openBacktests: seen?.openBacktests ?? [],
    save: async (position: bigint, openBacktests: readonly string[]): Promise<void> => {
      const data = { position: String(position), openBacktests };
      const event: NotificationsSeen = { type: 'NotificationsSeen', data };
      const { revision } = await store.append(stream, [{ ...event, id: randomUUID(), metadata }], expected);
      expected = revision;
    },
  };
};
