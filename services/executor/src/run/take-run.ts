import type { WakeUp } from '@karrio/contracts';
import { RetryLater, type Delivery } from '@karrio/messaging';
import { attribute, traced } from '@karrio/telemetry';
import type { Holding, Holdings } from './holdings.ts';
import type { ParkFailing } from './park-failing.ts';

/** How far one look at a run came: it has ended, it is left to whoever wakes it next, or it needs a slot of a host. */
export type Progress = 'ended' | 'left' | Readonly<{ waitsFor: string }>;

type Ports = Readonly<{
  holdings: Holdings;
  parkFailing: ParkFailing;
  execute: (holding: Holding, wakeUp: WakeUp, delivery: Delivery) => Promise<Progress>;
  /** Whether the pauses of the log up to a position are known, by now or within a while. */
  hasSeen: (position: bigint) => Promise<boolean>;
}>;

const pausesMs = 1_000;

/** Has a run in hand from its wake-up until it has ended or is let go. Answers the host that it waits for. */
export const createTakeRun =
  ({ holdings, parkFailing, execute, hasSeen }: Ports) =>
  async (wakeUp: WakeUp, delivery: Delivery): Promise<string | undefined> => {
    const { runId, seen } = wakeUp;
    if (seen !== undefined && !(await hasSeen(BigInt(seen)))) {
      throw new RetryLater('the pauses of the log are still being read', pausesMs);
    }
    using holding = holdings.take(runId);
    // The message of the first wake-up is responsible for the run, and this one is dropped.
    if (!holding) {
      holdings.wakeAgain(runId);
      return undefined;
    }
    let progress: Progress = 'left';
    const work = async () => {
      progress = await execute(holding, wakeUp, delivery);
      // A wake-up that was dropped may tell of what came after the last look: a resume, say.
      while (progress === 'left' && !holding.letGo()) progress = await execute(holding, { runId }, delivery);
    };
    await traced('execute run', { [attribute.run]: runId }, () => parkFailing(runId, work));
    return waitsFor(progress);
  };

const waitsFor = (progress: Progress): string | undefined =>
  typeof progress === 'object' ? progress.waitsFor : undefined;
