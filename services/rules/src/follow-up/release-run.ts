import { parseStream } from '@karrio/contracts';
import { isRateDecided, type RateDecisionSettled } from '@karrio/domain';
import type { EventStore, Recorded } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import { askCommand } from './ask-command.ts';

type Ports = Readonly<{ store: EventStore; bus: Pick<Bus, 'command'>; now: () => number }>;

/**
 * Lets the run go on that a settled decision had parked; it asks for the decision itself. One that has ended, or
 * is not parked for it yet, needs nothing. @throws BusUnavailable, CommandTimeout, StoreUnavailable
 */
export const releaseRun = async (
  ports: Ports,
  { stream, data, metadata }: Recorded<RateDecisionSettled>,
): Promise<void> => {
  const [first] = await ports.store.read(stream);
  const decisionId = parseStream(stream)?.id;
  const runId = first && isRateDecided(first) ? first.data.runId : undefined;
  if (runId === undefined || decisionId === undefined) return;
  await askCommand(ports, [runId, decisionId], {
    name: 'redrive_run',
    org: metadata.org,
    actor: data.by,
    ...(metadata.origin === undefined ? {} : { origin: metadata.origin }),
    payload: { id: runId },
  });
};
