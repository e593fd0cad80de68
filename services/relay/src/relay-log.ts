import { subjects } from '@karrio/contracts';
import {
  pause,
  RevisionConflict,
  type EventStore,
  type LogBatch,
  type Recorded,
} from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import type { Counter, Logger } from '@karrio/telemetry';
import { announcementOf, relayedTypes } from './announcement.ts';
import type { Checkpoint, Marks } from './checkpoint.ts';
import type { OpenRuns } from './open-runs.ts';

export type RelayPorts = Readonly<{
  store: EventStore;
  bus: Bus;
  openRuns: OpenRuns;
  checkpoint: Checkpoint;
  now: () => number;
  log: Logger;
  announced: Counter;
  woken: Counter;
}>;

/** Announcements leave in company: at one run at a time this halves what the relay costs. */
const restMs = 20;
const tickMs = 500;
const retryMs = 1_000;

/** Publishes the log on JetStream and keeps open runs awake until `signal` aborts. @throws RevisionConflict */
export const relayLog = async (ports: RelayPorts, signal: AbortSignal): Promise<void> => {
  const { store, checkpoint } = ports;
  const begin = checkpoint.saved ?? { announced: -1n, opened: undefined };
  const mark = { announced: begin.announced };
  const following = (async () => {
    const batches = store.follow({
      from: begin.opened,
      filter: { eventTypePrefixes: relayedTypes },
      signal,
    });
    for await (const batch of batches) {
      mark.announced = await relayBatch(ports, batch, mark.announced, signal);
      if (batch.events.length > 0) await pause(restMs, signal);
    }
  })();
  await Promise.all([following, tick(ports, mark, signal)]);
};

const relayBatch = async (
  { openRuns, now, bus, announced: counter, log }: RelayPorts,
  { events, position }: LogBatch,
  announced: bigint,
  signal: AbortSignal,
): Promise<bigint> => {
  for (const event of events) openRuns.take(event, now());
  // Read again after a restart only to know which runs are open.
  const news = events.filter((event) => event.position > announced);
  while (!signal.aborted) {
    try {
      await Promise.all(news.map((event) => announce(bus, event)));
      counter.add(news.length);
      return position > announced ? position : announced;
    } catch (err) {
      // Repeating is safe: JetStream knows the ids of what it stored.
      log.warn({ err, events: news.length }, 'announcements not stored, trying again');
      await pause(retryMs, signal);
    }
  }
  return announced;
};

const announce = async (bus: Bus, recorded: Recorded): Promise<void> => {
  const announcement = announcementOf(recorded);
  if (announcement) await bus.persist(announcement.subject, announcement.event, announcement.event.id);
};

const tick = async (ports: RelayPorts, mark: Readonly<{ announced: bigint }>, signal: AbortSignal) => {
  let saved: Marks | undefined = ports.checkpoint.saved;
  while (!signal.aborted) {
    await pause(tickMs, signal);
    wake(ports, ports.now());
    saved = await saveMarks(ports, mark.announced, saved);
  }
};

const saveMarks = async (
  { openRuns, checkpoint, log }: RelayPorts,
  announced: bigint,
  saved: Marks | undefined,
): Promise<Marks | undefined> => {
  const oldest = openRuns.oldest();
  const opened = oldest === undefined || oldest > announced ? announced : oldest - 1n;
  if (announced < 0n || (announced === saved?.announced && opened === saved.opened)) return saved;
  try {
    await checkpoint.save({ announced, opened });
    return { announced, opened };
  } catch (err) {
    if (err instanceof RevisionConflict) throw err;
    log.warn({ err }, 'checkpoint not saved, trying again');
    return saved;
  }
};

/** The first wake-up carries the id of the command service's hint, so where that one arrived this is dropped. */
const wake = ({ openRuns, bus, woken, log }: RelayPorts, nowMs: number) => {
  for (const { runId, org, wakes } of openRuns.due(nowMs)) {
    try {
      bus.hint(subjects.runReady.of({ org }), { runId }, wakes === 0 ? runId : `${runId}:${nowMs}`);
      woken.add();
    } catch (err) {
      log.warn({ err, run: runId }, 'run could not be woken, trying again later');
    }
  }
};
