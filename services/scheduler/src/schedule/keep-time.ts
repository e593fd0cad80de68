import { setImmediate as nextTurn } from 'node:timers/promises';
import { pause, type EventStore } from '@karrio/event-store-client';
import type { Lease } from '@karrio/messaging';
import type { Logger } from '@karrio/telemetry';
import type { Checkpoint } from '../checkpoint.ts';
import { isNow } from '../is-now.ts';
import type { FireSlots } from './fire-slots.ts';
import type { StartRuns } from './start-runs.ts';
import type { TimedTriggers, TriggersThen } from './timed-triggers.ts';

export type KeepTimePorts = Readonly<{
  store: Pick<EventStore, 'follow'>;
  lease: Pick<Lease, 'isHeld'>;
  triggers: TimedTriggers;
  fireSlots: FireSlots;
  startRuns: StartRuns;
  checkpoint: Checkpoint<TriggersThen>;
  now: () => number;
  log: Logger;
}>;

const followed = [
  'Trigger',
  'WorkflowCreated',
  'WorkflowActivated',
  'WorkflowDeactivated',
  'WorkflowDeleted',
  'Occurrence',
  'RunRequested',
  'RunSucceeded',
  'RunFailed',
  'RunAborted',
  'RunCancelled',
];

/** Events are taken in company, which costs a third of taking each when it comes. */
const restMs = 50;
const tickMs = 100;
/** Who does not hold the lease acts so much later: only where the holder does not. */
const graceMs = 3_000;

type Progress = { position: bigint | undefined; unsaved: number; isLive: boolean };

/**
 * Follows the scheduled triggers and has what is due decided, until `signal` aborts. Every replica may: a slot is
 * decided by whose append comes first, and its run has one id. The lease only spares the others the work.
 */
export const keepTime = async (ports: KeepTimePorts, signal: AbortSignal): Promise<void> => {
  const { saved } = ports.checkpoint;
  if (saved) ports.triggers.restore(saved.state);
  const progress: Progress = { position: saved?.position, unsaved: 0, isLive: false };
  await Promise.all([
    follow(ports, progress, signal),
    decideInTime(ports, progress, signal),
    saveAtTimes(ports, progress, signal),
  ]);
};

const follow = async ({ store, triggers, now }: KeepTimePorts, progress: Progress, signal: AbortSignal) => {
  const filter = { eventTypePrefixes: followed };
  for await (const batch of store.follow({ from: progress.position, filter, signal })) {
    for (const event of batch.events) triggers.take(event);
    progress.position = batch.position;
    progress.unsaved += batch.events.length;
    progress.isLive ||= isNow(batch, now());
    if (progress.isLive && batch.events.length > 0) await pause(restMs, signal);
  }
};

const decideInTime = async (ports: KeepTimePorts, progress: Progress, signal: AbortSignal) => {
  const { lease, now, fireSlots, startRuns } = ports;
  while (!signal.aborted) {
    await pause(tickMs, signal);
    if (!progress.isLive) continue;
    const lateMs = lease.isHeld() ? 0 : graceMs;
    for (let isMore = true; isMore && !signal.aborted;) {
      isMore = await fireSlots(now() - lateMs);
      startRuns(now(), lateMs);
      // So that the log is read, and health is answered, while many are decided.
      await nextTurn();
    }
  }
};

const saveEveryMs = 300_000;

/** A snapshot has all triggers, so it is written the less often the more there are. */
const isWorthSaving = (unsaved: number, count: number, sinceMs: number): boolean =>
  unsaved > 20_000 + 2 * count || (sinceMs > saveEveryMs && unsaved > 0 && unsaved * 10 > count);

const saveAtTimes = async (ports: KeepTimePorts, progress: Progress, signal: AbortSignal) => {
  let savedMs = ports.now();
  while (!signal.aborted) {
    await pause(1_000, signal);
    if (!isWorthSaving(progress.unsaved, ports.triggers.count(), ports.now() - savedMs)) continue;
    await save(ports, progress);
    savedMs = ports.now();
  }
  if (progress.unsaved > 0) await save(ports, progress);
};

const save = async ({ lease, triggers, checkpoint, log }: KeepTimePorts, progress: Progress) => {
  const { position, unsaved } = progress;
  if (position === undefined || !progress.isLive || !lease.isHeld()) return;
  try {
    await checkpoint.save({ position, state: triggers.snapshot() });
    progress.unsaved -= unsaved;
  } catch (err) {
    log.warn({ err }, 'checkpoint of schedules not saved, trying again');
  }
};
