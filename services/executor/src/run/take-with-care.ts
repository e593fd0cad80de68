import { RetryLater } from '@karrio/messaging';
import type { Journal } from './journal.ts';
import { isoTime, type RunPorts } from './run-ports.ts';
import type { Progress } from './take-run.ts';

type Ports = Pick<RunPorts, 'now' | 'log' | 'parked'>;

/** Executors are stopped and stores are away: only what comes once more than that is looked at with care. */
const deliveriesTrusted = 2;
/** So many on record that came to nothing, after the two that are not. */
const takesMax = 3;
const laterMs = 1_000;

/** Does the work on a run that has been delivered for the `deliveries`-th time, unless it is parked instead. */
export type TakeWithCare = (
  journal: Journal,
  deliveries: number,
  work: () => Promise<Progress>,
) => Promise<Progress>;

/**
 * A run that ends each process that takes it would be delivered for ever, and end them all. So its takings are put
 * on record before anything is done, and after enough of them it waits for a person. Of those that came to nothing
 * before, one is in hand at a time: what was in hand beside it when its executor died is not taken for the cause.
 */
export const createTakeWithCare = (ports: Ports): TakeWithCare => {
  let isSuspectInHand = false;
  return async (journal, deliveries, work) => {
    const run = journal.state();
    if (deliveries <= deliveriesTrusted || run.status !== 'open' || run.parked || run.isPaused) return work();
    if (journal.takenInVain >= takesMax) return park(ports, journal);
    const workOnRecord = async () => {
      const at = isoTime(ports.now());
      journal.note({ type: 'RunTakenAgain', data: { deliveries, at } });
      await journal.flush();
      return work();
    };
    if (journal.takenInVain === 0) return workOnRecord();
    if (isSuspectInHand) throw new RetryLater('a run that may have ended executors is in hand', laterMs);
    isSuspectInHand = true;
    try {
      return await workOnRecord();
    } finally {
      isSuspectInHand = false;
    }
  };
};

const park = async ({ now, log, parked }: Ports, journal: Journal): Promise<Progress> => {
  const message =
    `Each of the last ${takesMax} executors that took this run died, or met a fault of its own. See the logs of ` +
    'the executors, and what ended them, at these times; then re-drive the run, or cancel it.';
  journal.note({
    type: 'RunParked',
    data: { cause: 'executor-failed', message, at: isoTime(now()) },
  });
  await journal.flush();
  parked.add(1, { cause: 'executor-failed' });
  log.error({ run: journal.runId }, 'run parked: it may have ended executors');
  return 'left';
};
