import type { WakeUp } from '@karrio/contracts';
import { RetryLater, type Delivery } from '@karrio/messaging';
import type { Logger } from '@karrio/telemetry';
import { createFairQueue } from './fair-queue.ts';
import type { RunLimits } from './org-lines.ts';

export type DispatchPorts = Readonly<{
  limits: RunLimits;
  weightOf: (org: string) => number;
  /** How many wake-ups wait here as messages; beyond it, the latest of the longest line are acknowledged. */
  heldMax: number;
  /** Of a run that its wake-up says nothing about; undefined where there is no such run. */
  workflowOf: (runId: string) => Promise<string | undefined>;
  work: (wakeUp: WakeUp, delivery: Delivery) => Promise<void>;
  /** A run that waits here and whose message is gone: another process is to have it. */
  giveBack: (org: string, runId: string) => void;
  log: Logger;
}>;

type Entry = {
  readonly org: string;
  readonly workflow: string;
  readonly delivery: Delivery;
  wakeUp: WakeUp;
  /** Nothing of it is left at the broker: the log alone has the run, and the scheduler wakes it again. */
  isLetGo: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

export type Dispatcher = AsyncDisposable &
  Readonly<{
    /** Resolves or rejects when the message of the wake-up may be settled so. */
    dispatch: (org: string, wakeUp: WakeUp, delivery: Delivery) => Promise<void>;
    counts: () => Readonly<{ inHand: number; waiting: number; held: number }>;
  }>;

/**
 * Stands between the consumer and the runs, so that who is next is decided by fairness and not by arrival. It
 * never stops taking messages: behind the flood of one organisation stands the run of another.
 */
export const createDispatcher = (ports: DispatchPorts): Dispatcher => {
  const queue = createFairQueue<Entry>(ports.limits, ports.weightOf);
  const waiting = new Map<string, Entry>();
  let isClosed = false;
  let onIdle = () => {};

  const begin = () => {
    for (let entry = take(); entry; entry = take()) {
      waiting.delete(entry.wakeUp.runId);
      const begun = entry;
      void work(ports, begun).finally(() => {
        queue.done(begun);
        begin();
      });
    }
    if (isClosed && queue.counts().inHand === 0) onIdle();
  };
  const take = () => (isClosed ? undefined : queue.next());

  const enqueue = (org: string, workflow: string, wakeUp: WakeUp, delivery: Delivery): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry: Entry = { org, workflow, wakeUp, delivery, isLetGo: false, resolve, reject };
    waiting.set(wakeUp.runId, entry);
    if (!queue.add(entry)) letGo(entry);
    begin();
    if (queue.counts().held > ports.heldMax) {
      const latest = queue.letGo();
      if (latest) letGo(latest);
    }
    return promise;
  };

  return {
    counts: queue.counts,
    dispatch: async (org, wakeUp, delivery) => {
      // The one that waits here stands for all others of its run.
      if (waiting.has(wakeUp.runId)) return;
      const known = wakeUp.requested?.data['workflowId'];
      const workflow = typeof known === 'string' ? known : await ports.workflowOf(wakeUp.runId);
      if (workflow === undefined || waiting.has(wakeUp.runId)) return;
      if (isClosed) throw new RetryLater('this executor stops', 0);
      await enqueue(org, workflow, wakeUp, delivery);
    },
    [Symbol.asyncDispose]: async () => {
      isClosed = true;
      for (const { org, wakeUp, isLetGo, reject } of waiting.values()) {
        if (isLetGo) ports.giveBack(org, wakeUp.runId);
        else reject(new RetryLater('this executor stops', 0));
      }
      waiting.clear();
      if (queue.counts().inHand > 0) await new Promise<void>((resolve) => (onIdle = resolve));
    },
  };
};

/** The run's end, however it is, settles the wake-up. */
const work = async (ports: Pick<DispatchPorts, 'work' | 'log'>, entry: Entry): Promise<void> => {
  try {
    await ports.work(entry.wakeUp, entry.delivery);
    entry.resolve();
  } catch (error) {
    if (entry.isLetGo && !(error instanceof RetryLater)) {
      ports.log.warn({ err: error, run: entry.wakeUp.runId }, 'run is left until it is woken again');
    }
    entry.reject(error);
  }
};

const letGo = (entry: Entry): void => {
  entry.isLetGo = true;
  // Its executor reads the stream when its turn comes: a flood's parameters need no place here.
  const { runId, seen } = entry.wakeUp;
  entry.wakeUp = { runId, ...(seen !== undefined && { seen }) };
  entry.resolve();
};
