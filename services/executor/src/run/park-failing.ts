import { inherited, streams } from '@karrio/contracts';
import { evolveRun, isRunEvent, noRun, type RunEvent } from '@karrio/domain';
import { AccessDenied, RevisionConflict, StoreUnavailable, StreamDeleted } from '@karrio/event-store-client';
import { BusUnavailable, PermanentError, RetryLater } from '@karrio/messaging';
import { LRUCache } from 'lru-cache';
import { randomUUID } from 'node:crypto';
import { isoTime, type RunPorts } from './run-ports.ts';

type Ports = Pick<RunPorts, 'store' | 'now' | 'log' | 'parked'>;

/** So many deliveries in a row that ended in a fault of this process: some fifteen seconds. */
const faultsMax = 5;
/** Of so many runs the faults are counted; a run that is forgotten is parked later. */
const runsMax = 10_000;

/** Works on a run; one that meets a fault of ours again and again waits for a person, instead of coming for ever. */
export type ParkFailing = (runId: string, work: () => Promise<void>) => Promise<void>;

export const createParkFailing = (ports: Ports): ParkFailing => {
  const faults = new LRUCache<string, number>({ max: runsMax });
  return async (runId, work) => {
    try {
      await work();
      faults.delete(runId);
    } catch (error) {
      if (isPassing(error)) throw error;
      if (error instanceof StreamDeleted) throw new PermanentError(`${runId} was deleted`, { cause: error });
      const count = (faults.get(runId) ?? 0) + 1;
      faults.set(runId, count);
      if (count < faultsMax) throw error;
      await park(ports, runId, error);
      faults.delete(runId);
    }
  };
};

/** Has nothing to do with the run: it is delivered again for as long as it takes. */
const isPassing = (error: unknown): boolean =>
  error instanceof RetryLater ||
  error instanceof StoreUnavailable ||
  error instanceof AccessDenied ||
  error instanceof BusUnavailable ||
  error instanceof RevisionConflict ||
  error instanceof PermanentError;

const park = async ({ store, now, log, parked }: Ports, runId: string, error: unknown): Promise<void> => {
  const stream = streams.run(runId);
  const recorded = await store.read(stream);
  const last = recorded.at(-1);
  const run = recorded.filter(isRunEvent).reduce(evolveRun, noRun);
  if (!last || run.status !== 'open' || run.parked) return;
  // The fault's own message stays in the log of the service: it may quote what the run works with.
  const message =
    `An executor met a fault of its own (${error instanceof Error ? error.name : 'unknown'}) on this run, ` +
    `${faultsMax} times in a row. See the log of the executor for this run; then re-drive the run, or cancel it.`;
  const event: RunEvent = {
    type: 'RunParked',
    data: { cause: 'executor-failed', message, at: isoTime(now()) },
  };
  const metadata = { ...inherited(last.metadata), actor: 'executor' };
  await store.append(stream, [{ ...event, id: randomUUID(), metadata }], last.revision);
  parked.add(1, { cause: 'executor-failed' });
  log.error({ err: error, run: runId }, 'run parked: it met a fault again and again');
};
