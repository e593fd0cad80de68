import type { WakeUp } from '@karrio/contracts';
import type { Delivery } from '@karrio/messaging';
import { createFairQueue, type Rules } from './fair-queue.ts';

/** A wake-up that waits for its turn. */
export type Entry = {
  readonly org: string;
  readonly workflow: string;
  readonly delivery: Delivery;
  /** The one that the run waits for. */
  host: string | undefined;
  wakeUp: WakeUp;
  /** Nothing of it is left at the broker: the log alone has the run, and the scheduler wakes it again. */
  isLetGo: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

export const entryOf = (
  org: string,
  workflow: string,
  wakeUp: WakeUp,
  delivery: Delivery,
): Readonly<{ entry: Entry; settled: Promise<void> }> => {
  const { promise: settled, resolve, reject } = Promise.withResolvers<void>();
  const entry = { org, workflow, wakeUp, delivery, host: undefined, isLetGo: false, resolve, reject };
  return { entry, settled };
};

type Settings = Pick<Rules, 'limits' | 'weightOf'> &
  Readonly<{ heldMax: number; hosts: Readonly<{ isFree: Rules['isHostFree'] }> }>;

/** The runs that wait in this process, each once, and whose turn it is. */
export const createWaitingRoom = ({ limits, weightOf, heldMax, hosts }: Settings) => {
  const queue = createFairQueue<Entry>({ limits, weightOf, isHostFree: hosts.isFree });
  const waiting = new Map<string, Entry>();
  const add = (entry: Entry) => {
    waiting.set(entry.wakeUp.runId, entry);
    if (!queue.add(entry)) letGo(entry);
  };
  return {
    counts: queue.counts,
    has: (runId: string) => waiting.has(runId),
    add,
    /** The run had its turn and needs a slot of a host, which may take long: its message is let go of. */
    awaitHost: (entry: Entry, host: string): void => {
      letGo(entry);
      // Another wake-up of it that came meanwhile stands for this one.
      if (waiting.has(entry.wakeUp.runId)) return;
      entry.host = host;
      add(entry);
    },
    /** Lets the latest of the longest line go of its message where more are in hand than may be. */
    shorten: (): void => {
      const latest = queue.counts().held > heldMax ? queue.letGo() : undefined;
      if (latest) letGo(latest);
    },
    next: (): Entry | undefined => {
      const entry = queue.next();
      if (entry) waiting.delete(entry.wakeUp.runId);
      return entry;
    },
    done: queue.done,
    /** All that wait; they do so no longer. */
    empty: (): readonly Entry[] => {
      const left = [...waiting.values()];
      waiting.clear();
      return left;
    },
  };
};

const letGo = (entry: Entry): void => {
  entry.isLetGo = true;
  // Its executor reads the stream when its turn comes: a flood's parameters need no place here.
  const { runId, seen } = entry.wakeUp;
  entry.wakeUp = { runId, ...(seen !== undefined && { seen }) };
  entry.resolve();
};
