import { eventGuard, type Event } from '../event.ts';
import type { RunSlot } from '../run/event.ts';
import type { SkipReason } from './due.ts';

type Decided = Readonly<{ workflowId: string; at: string }>;
type Started = Decided & Readonly<{ slot: RunSlot; runId: string }>;

/** A slot starts a run, whose id follows from trigger and slot. `cancels`: the open runs that end for it. */
export type OccurrenceFired = Event<
  'OccurrenceFired',
  Started & { kind: 'on-time' | 'queued'; cancels?: readonly string[] }
>;
/** A slot that nobody was there for starts its run after all. */
export type OccurrenceCaughtUp = Event<'OccurrenceCaughtUp', Started & { cancels?: readonly string[] }>;
/** A slot waits until the open run of its trigger has ended. */
export type OccurrenceQueued = Event<'OccurrenceQueued', Decided & { slot: RunSlot }>;
/** Slots in a row that start no run. There may be more than `count` where `isMore`. */
export type OccurrenceSkipped = Event<
  'OccurrenceSkipped',
  Decided & { first: RunSlot; last: RunSlot; count: number; isMore?: boolean; why: SkipReason }
>;
/** The run of a slot that was fired was refused, for good. */
export type OccurrenceRefused = Event<'OccurrenceRefused', Started & { code: string; message: string }>;
/** The ledger had become long: what it says at revisions below `before` is kept no longer. All of that was settled. */
export type OccurrencesForgotten = Event<'OccurrencesForgotten', Decided & { before: number }>;

export type SlotEvent =
  OccurrenceFired | OccurrenceCaughtUp | OccurrenceQueued | OccurrenceSkipped | OccurrenceRefused;
export type OccurrenceEvent = SlotEvent | OccurrencesForgotten;

const ofSlots = {
  OccurrenceFired: true,
  OccurrenceCaughtUp: true,
  OccurrenceQueued: true,
  OccurrenceSkipped: true,
  OccurrenceRefused: true,
} as const;
export const isSlotEvent = eventGuard<SlotEvent>(ofSlots);
export const isOccurrenceEvent = eventGuard<OccurrenceEvent>({ ...ofSlots, OccurrencesForgotten: true });
