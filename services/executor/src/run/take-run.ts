import type { WakeUp } from '@karrio/contracts';
import { RetryLater, type Delivery } from '@karrio/messaging';
import { attribute, traced } from '@karrio/telemetry';
import type { Holding, Holdings } from './holdings.ts';
import type { ParkFailing } from './park-failing.ts';

/** How far one look at a run came: it has ended, or it is left to whoever wakes it next. */
export type Progress = 'ended' | 'left';

type Ports = Readonly<{
  holdings: Holdings;
  parkFailing: ParkFailing;
  execute: (holding: Holding, wakeUp: WakeUp, delivery: Delivery) => Promise<Progress>;
  /** Whether the pauses of the log up to a position are known, by now or within a while. */
  hasSeen: (position: bigint) => Promise<boolean>;
}>;

const pausesMs = 1_000;

/** Has a run in hand from its wake-up until it has ended or is let go. */
export const createTakeRun =
  ({ holdings, parkFailing, execute, hasSeen }: Ports) =>
  async (wakeUp: WakeUp, delivery: Delivery): Promise<void> => {
    const { runId, seen } = wakeUp;
    if (seen !== undefined && !(await hasSeen(BigInt(seen)))) {
      throw new RetryLater('the pauses of the log are still being read', pausesMs);
    }
    using holding = holdings.take(runId);
    // The message of the first wake-up is responsible for the run, and this one is dropped.
    if (!holding) return holdings.wakeAgain(runId);
    const work = async () => {
      let progress = await execute(holding, wakeUp, delivery);
      // A wake-up that was dropped may tell of what came after the last look: a resume, say.
      while (progress === 'left' && !holding.letGo()) progress = await execute(holding, { runId }, delivery);
    };
    await traced('execute run', { [attribute.run]: runId }, () => parkFailing(runId, work));
  };
