import {
  pause,
  RevisionConflict,
  type EventStore,
  type LogBatch,
  type Recorded,
} from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import type { Counter, Logger } from '@karrio/telemetry';
import { announcedTypes, announcementOf } from './announcement.ts';
import type { Checkpoint } from './checkpoint.ts';

export type RelayPorts = Readonly<{
  store: EventStore;
  bus: Bus;
  checkpoint: Checkpoint;
  log: Logger;
  announced: Counter;
}>;

/** Announcements leave in company: at one run at a time this halves what the relay costs. */
const restMs = 20;
const saveMs = 500;
const retryMs = 1_000;

/** Up to where the log was announced. */
type Mark = { announced: bigint | undefined };

/** Publishes the log on JetStream until `signal` aborts. @throws RevisionConflict */
export const relayLog = async (ports: RelayPorts, signal: AbortSignal): Promise<void> => {
  const mark: Mark = { announced: ports.checkpoint.announced };
  await Promise.all([announceLog(ports, mark, signal), saveMark(ports, mark, signal)]);
};

const announceLog = async (ports: RelayPorts, mark: Mark, signal: AbortSignal): Promise<void> => {
  const filter = { eventTypePrefixes: announcedTypes };
  for await (const batch of ports.store.follow({ from: mark.announced, filter, signal })) {
    if (!(await announceBatch(ports, batch, signal))) return;
    mark.announced = batch.position;
    if (batch.events.length > 0) await pause(restMs, signal);
  }
};

/** Whether all were announced; false only when `signal` aborts. */
const announceBatch = async (
  { bus, announced, log }: RelayPorts,
  { events }: LogBatch,
  signal: AbortSignal,
): Promise<boolean> => {
  while (!signal.aborted) {
    try {
      await Promise.all(events.map((event) => announce(bus, event)));
      announced.add(events.length);
      return true;
    } catch (err) {
      // Repeating is safe: JetStream knows the ids of what it stored.
      log.warn({ err, events: events.length }, 'announcements not stored, trying again');
      await pause(retryMs, signal);
    }
  }
  return false;
};

const announce = async (bus: Bus, recorded: Recorded): Promise<void> => {
  const announcement = announcementOf(recorded);
  if (announcement) await bus.persist(announcement.subject, announcement.event, announcement.event.id);
};

const saveMark = async (
  { checkpoint, log }: RelayPorts,
  mark: Readonly<Mark>,
  signal: AbortSignal,
): Promise<void> => {
  let saved = checkpoint.announced;
  while (!signal.aborted) {
    await pause(saveMs, signal);
    const { announced } = mark;
    if (announced === undefined || announced === saved) continue;
    try {
      await checkpoint.save(announced);
      saved = announced;
    } catch (err) {
      if (err instanceof RevisionConflict) throw err;
      log.warn({ err }, 'checkpoint not saved, trying again');
    }
  }
};
