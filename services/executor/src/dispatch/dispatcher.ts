import type { WakeUp } from '@karrio/contracts';
import { RetryLater, type Delivery } from '@karrio/messaging';
import type { Logger } from '@karrio/telemetry';
import type { HostSlots } from './host-slots.ts';
import type { RunLimits } from './org-lines.ts';
import { createWaitingRoom, entryOf, type Entry } from './waiting-room.ts';

export type DispatchPorts = Readonly<{
  limits: RunLimits;
  weightOf: (org: string) => number;
  /** How many wake-ups wait here as messages; beyond it, the latest of the longest line are acknowledged. */
  heldMax: number;
  /** Of a run that its wake-up says nothing about; undefined where there is no such run. */
  workflowOf: (runId: string) => Promise<string | undefined>;
  /** Answers the host whose slots were all taken, where the run can go no further without one. */
  work: (wakeUp: WakeUp, delivery: Delivery) => Promise<string | undefined>;
  hosts: Pick<HostSlots, 'isFree' | 'keep' | 'done' | 'onFree'>;
  /** A run that waits here and whose message is gone: another process is to have it. */
  giveBack: (org: string, runId: string) => void;
  log: Logger;
}>;

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
  const room = createWaitingRoom(ports);
  let isClosed = false;
  let onIdle = () => {};

  const begin = () => {
    for (let entry = take(); entry; entry = take()) {
      const begun = entry;
      const { runId } = begun.wakeUp;
      if (begun.host !== undefined) ports.hosts.keep(begun.host, runId);
      void work(ports, begun).then((host) => {
        ports.hosts.done(runId);
        room.done(begun);
        if (host !== undefined) awaitHost(begun, host);
        begin();
      });
    }
    if (isClosed && room.counts().inHand === 0) onIdle();
  };
  const take = () => (isClosed ? undefined : room.next());
  const awaitHost = (entry: Entry, host: string) => {
    if (isClosed) giveUp(ports, entry);
    else room.awaitHost(entry, host);
  };
  ports.hosts.onFree(begin);

  return {
    counts: room.counts,
    dispatch: async (org, wakeUp, delivery) => {
      // The one that waits here stands for all others of its run.
      if (room.has(wakeUp.runId)) return;
      const known = wakeUp.requested?.data['workflowId'];
      const workflow = typeof known === 'string' ? known : await ports.workflowOf(wakeUp.runId);
      if (workflow === undefined || room.has(wakeUp.runId)) return;
      if (isClosed) throw new RetryLater('this executor stops', 0);
      const { entry, settled } = entryOf(org, workflow, wakeUp, delivery);
      room.add(entry);
      begin();
      room.shorten();
      await settled;
    },
    [Symbol.asyncDispose]: async () => {
      isClosed = true;
      for (const entry of room.empty()) giveUp(ports, entry);
      if (room.counts().inHand > 0) await new Promise<void>((resolve) => (onIdle = resolve));
    },
  };
};

const giveUp = ({ giveBack }: Pick<DispatchPorts, 'giveBack'>, { org, wakeUp, isLetGo, reject }: Entry) => {
  if (isLetGo) giveBack(org, wakeUp.runId);
  else reject(new RetryLater('this executor stops', 0));
};

/** The run's end, however it is, settles the wake-up; what waits for a host has not ended. */
const work = async (
  ports: Pick<DispatchPorts, 'work' | 'log'>,
  entry: Entry,
): Promise<string | undefined> => {
  try {
    const host = await ports.work(entry.wakeUp, entry.delivery);
    if (host === undefined) entry.resolve();
    return host;
  } catch (error) {
    if (entry.isLetGo && !(error instanceof RetryLater)) {
      ports.log.warn({ err: error, run: entry.wakeUp.runId }, 'run is left until it is woken again');
    }
    entry.reject(error);
    return undefined;
  }
};
