import { derivedId, parseStream, type Command } from '@karrio/contracts';
import { isRateDecided, type RateDecisionSettled } from '@karrio/domain';
import type { EventStore, Recorded } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';

type Ports = Readonly<{ store: EventStore; bus: Pick<Bus, 'command'>; now: () => number }>;

/** Asked again until it is answered. */
const patienceMs = 3_000;

/**
 * Lets the run go on that a settled decision had parked; it asks for the decision itself. One that has ended, or
 * is not parked for it yet, needs nothing. @throws BusUnavailable, CommandTimeout, StoreUnavailable
 */
export const releaseRun = async (
  { store, bus, now }: Ports,
  { stream, data, metadata }: Recorded<RateDecisionSettled>,
): Promise<void> => {
  const [first] = await store.read(stream);
  const decisionId = parseStream(stream)?.id;
  const runId = first && isRateDecided(first) ? first.data.runId : undefined;
  if (runId === undefined || decisionId === undefined) return;
  const issuedAt = now();
  const command: Command = {
    id: derivedId('command', runId, decisionId),
    name: 'redrive_run',
    org: metadata.org,
    actor: data.by,
    ...(metadata.origin === undefined ? {} : { origin: metadata.origin }),
    issuedAt: new Date(issuedAt).toISOString(),
    expiresAt: new Date(issuedAt + patienceMs).toISOString(),
    payload: { id: runId },
  };
  await bus.command(command, patienceMs);
};
