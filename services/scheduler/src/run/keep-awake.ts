import { subjects } from '@karrio/contracts';
import { pause, type EventStore } from '@karrio/event-store-client';
import type { Bus, Lease } from '@karrio/messaging';
import type { Counter, Histogram, Logger } from '@karrio/telemetry';
import type { Checkpoint } from '../checkpoint.ts';
import { isNow } from '../is-now.ts';
import { followedTypes, type OpenRunsThen } from './open-run.ts';
import type { Due, OpenRuns } from './open-runs.ts';

export type KeepAwakePorts = Readonly<{
  store: EventStore;
  bus: Bus;
  lease: Pick<Lease, 'isHeld'>;
  openRuns: OpenRuns;
  checkpoint: Checkpoint<OpenRunsThen>;
  now: () => number;
  log: Logger;
  woken: Counter;
  lateSeconds: Histogram;
}>;

/** Events are taken in company, which costs a third of taking each when it comes. */
const restMs = 50;
const tickMs = 100;
const retryMs = 1_000;
/** At most so many a tick, so that a restart with many open runs does not flood the executors. */
const wakesMax = 500;
const saveEveryMs = 60_000;

type Progress = {
  /** Up to where the log is in `openRuns`. */
  position: bigint | undefined;
  /** What a restart would have to read again. */
  unsaved: number;
  isLive: boolean;
};

/** Follows the runs, and wakes those whose time has come for as long as it holds the lease, until `signal` aborts. */
export const keepAwake = async (ports: KeepAwakePorts, signal: AbortSignal): Promise<void> => {
  const { openRuns, checkpoint, now } = ports;
  const { saved } = checkpoint;
  if (saved) openRuns.restore(saved.state, now());
  const progress: Progress = { position: saved?.position, unsaved: 0, isLive: false };
  await Promise.all([
    followRuns(ports, progress, signal),
    wakeInTime(ports, progress, signal),
    saveAtTimes(ports, progress, signal),
  ]);
};

const followRuns = async (
  { store, openRuns, now }: KeepAwakePorts,
  progress: Progress,
  signal: AbortSignal,
) => {
  const filter = { eventTypePrefixes: followedTypes };
  for await (const batch of store.follow({ from: progress.position, filter, signal })) {
    for (const event of batch.events) openRuns.take(event, now());
    progress.position = batch.position;
    progress.unsaved += batch.events.length;
    progress.isLive ||= isNow(batch, now());
    if (progress.isLive && batch.events.length > 0) await pause(restMs, signal);
  }
};

const wakeInTime = async (ports: KeepAwakePorts, progress: Progress, signal: AbortSignal) => {
  while (!signal.aborted) {
    await pause(tickMs, signal);
    if (!progress.isLive || !ports.lease.isHeld()) continue;
    await wakeAll(ports, ports.openRuns.due(ports.now(), wakesMax));
  }
};

const wakeAll = async (ports: KeepAwakePorts, due: readonly Due[]): Promise<void> => {
  const { openRuns, now, log, woken, lateSeconds } = ports;
  const failures = await Promise.all(due.map((one) => wake(ports, one)));
  const failed = due.filter((_, index) => failures[index] !== undefined);
  for (const { run } of failed) openRuns.postpone(run.runId, now() + retryMs);
  if (failed.length > 0) {
    const err = failures.find((failure) => failure !== undefined);
    log.warn({ err, runs: failed.length }, 'runs could not be woken, trying again');
  }
  due.forEach(({ cause, dueMs }, index) => {
    if (failures[index] !== undefined) return;
    woken.add(1, { cause });
    if (cause === 'time') lateSeconds.record((now() - dueMs) / 1_000);
  });
};

/**
 * The first wake-up carries the id of the command service's hint, so where that one arrived this is dropped; so
 * is that of another replica which took itself for the holder as well.
 */
const wake = async ({ bus, openRuns }: KeepAwakePorts, { run, dueMs, wakes }: Due): Promise<unknown> => {
  const { runId, org } = run;
  const seen = openRuns.pausesSeen();
  const wakeUp = { runId, ...(seen !== undefined && { seen: String(seen) }) };
  try {
    await bus.persist(subjects.runReady.of({ org }), wakeUp, wakes === 0 ? runId : `${runId}:${dueMs}`);
    return undefined;
  } catch (error) {
    return error;
  }
};

const saveAtTimes = async (ports: KeepAwakePorts, progress: Progress, signal: AbortSignal) => {
  let savedMs = ports.now();
  while (!signal.aborted) {
    await pause(retryMs, signal);
    if (!isWorthSaving(progress.unsaved, ports.openRuns.count(), ports.now() - savedMs)) continue;
    await save(ports, progress);
    savedMs = ports.now();
  }
  if (progress.unsaved > 0) await save(ports, progress);
};

/** A snapshot has all open runs, so it is written the less often the more they are. */
const isWorthSaving = (unsaved: number, open: number, sinceMs: number): boolean =>
  unsaved > 5_000 + 2 * open || (sinceMs > saveEveryMs && unsaved > 0 && unsaved * 10 > open);

const save = async ({ lease, openRuns, checkpoint, log }: KeepAwakePorts, progress: Progress) => {
  const { position, unsaved } = progress;
  if (position === undefined || !lease.isHeld()) return;
  try {
    await checkpoint.save({ position, state: openRuns.all() });
    progress.unsaved -= unsaved;
  } catch (err) {
    log.warn({ err }, 'checkpoint not saved, trying again');
  }
};
