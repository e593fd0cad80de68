import type { RunState } from '@karrio/domain';
import { RetryLater } from '@karrio/messaging';
import { LRUCache } from 'lru-cache';
import type { Journal } from './journal.ts';
import { isoTime, type RunPorts } from './run-ports.ts';
import type { Progress } from './take-run.ts';

type Ports = Pick<RunPorts, 'now' | 'log' | 'parked'>;

/** Executors are stopped and stores are away: only what comes once more than that is looked at with care. */
const deliveriesTrusted = 2;
/** So many on record that came to nothing, after the two that are not. */
const takesMax = 3;
const laterMs = 1_000;
const outlivedMax = 10_000;

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
  // What stopped the work on these was no death, and its mark stands for the next taking here as well.
  const outlived = new LRUCache<string, true>({ max: outlivedMax });
  return async (journal, deliveries, work) => {
    if (deliveries <= deliveriesTrusted || isHarmless(journal.state())) return work();
    const { runId } = journal;
    const isOutlived = journal.takenInVain > 0 && outlived.has(runId);
    const vain = journal.takenInVain - (isOutlived ? 1 : 0);
    if (vain >= takesMax) return park(ports, journal);
    const workOnRecord = async () => {
      const at = isoTime(ports.now());
      if (!isOutlived) journal.note({ type: 'RunTakenAgain', data: { deliveries, at } });
      await journal.flush();
      try {
        return await work();
      } catch (error) {
        outlived.set(runId, true);
        throw error;
      }
    };
    if (vain === 0) return workOnRecord();
    if (isSuspectInHand) throw new RetryLater('a run that may have ended executors is in hand', laterMs);
    isSuspectInHand = true;
    try {
      return await workOnRecord();
    } finally {
      isSuspectInHand = false;
    }
  };
};

/** A person has it, or is asked for: nothing is done but to look. */
const isHarmless = (run: RunState): boolean =>
  run.status !== 'open' ||
  run.parked !== undefined ||
  run.isPaused ||
  [...run.actions.values()].some(({ is }) => is === 'deferred');

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
