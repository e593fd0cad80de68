import { newId, streams } from '@karrio/contracts';
import type { OccurrenceEvent } from '@karrio/domain';
import { RevisionConflict, type EventStore } from '@karrio/event-store-client';
import type { Counter, Histogram, Logger } from '@karrio/telemetry';
import { randomUUID } from 'node:crypto';
import { decideSlots } from './decide-slots.ts';
import { forgetSlots } from './forget-slots.ts';
import type { TimedTrigger } from './timed-trigger.ts';
import type { TimedTriggers } from './timed-triggers.ts';

export type LedgerPorts = Readonly<{
  store: Pick<EventStore, 'append' | 'truncate'>;
  triggers: TimedTriggers;
  /** How many lines of a ledger are kept; some more until it is worth forgetting them. */
  linesKept: number;
  now: () => number;
  log: Logger;
  slots: Counter;
  lateSeconds: Histogram;
}>;

/** So many appends are under way at once. */
const appendsMax = 500;
/** The subscription brings what another replica decided. */
const conflictMs = 250;
const retryMs = 1_000;

/** Whether there is more to decide at once. */
export type FireSlots = (nowMs: number) => Promise<boolean>;

/** Decides a portion of what is due, and writes it into the ledgers. */
export const createFireSlots =
  (ports: LedgerPorts): FireSlots =>
  async (nowMs) => {
    const due = ports.triggers.due(nowMs, appendsMax);
    await Promise.all(due.map((trigger) => decide(ports, trigger, nowMs)));
    return due.length > 0 || ports.triggers.isBehind();
  };

const decide = async (ports: LedgerPorts, trigger: TimedTrigger, nowMs: number): Promise<void> => {
  const { triggers, now, log } = ports;
  const { id } = trigger;
  try {
    const events = decideSlots(trigger, nowMs, triggers.open, now());
    if (events.length > 0) {
      const forgotten = forgetSlots(trigger, ports.linesKept, nowMs);
      await record(ports, trigger, forgotten ? [...events, forgotten] : events);
      // Where this fails, the next time takes it along.
      if (forgotten) await ports.store.truncate(streams.schedule(id), forgotten.data.before);
    }
    triggers.again(id);
  } catch (err) {
    if (err instanceof RevisionConflict) return triggers.postpone(id, now() + conflictMs);
    log.warn({ err, trigger: id }, 'slots could not be decided, trying again');
    triggers.postpone(id, now() + retryMs);
  }
};

/**
 * Appends to a trigger's ledger where it is as it is known. Ids are of this attempt: another replica's events at the
 * same place are other events.
 * @throws RevisionConflict, StoreUnavailable
 */
export const record = async (
  { store, triggers, now, slots, lateSeconds }: LedgerPorts,
  { id, org, revision }: TimedTrigger,
  events: readonly OccurrenceEvent[],
): Promise<void> => {
  const causation = newId('command');
  const metadata = {
    org,
    actor: 'scheduler',
    $correlationId: causation,
    $causationId: causation,
    schema: 1,
  } as const;
  const stream = streams.schedule(id);
  const recorded = events.map((event) => ({ ...event, id: randomUUID(), metadata }));
  const appended = await store.append(stream, recorded, revision < 0 ? 'no-stream' : revision);
  const first = appended.revision - events.length + 1;
  recorded.forEach((event, index) =>
    triggers.take({
      ...event,
      stream,
      revision: first + index,
      position: appended.position,
      recordedAt: new Date(now()).toISOString(),
    }),
  );
  for (const { type, data } of events) {
    if (type === 'OccurrencesForgotten') continue;
    slots.add('count' in data ? data.count : 1, { outcome: type.replace('Occurrence', '').toLowerCase() });
    if (type === 'OccurrenceFired' && data.kind === 'on-time') {
      lateSeconds.record((now() - Date.parse(data.slot.dueAt)) / 1_000);
    }
  }
};
