import { streams, type EventMetadata, type WakeUp } from '@karrio/contracts';
import { evolveRun, isRunEvent, noRun, type RunEvent, type RunState } from '@karrio/domain';
import type { EventStore, NewEvent } from '@karrio/event-store-client';
import { randomUUID } from 'node:crypto';

/** One executor's pen on one run: what it noted, and what of that is durable. */
export type Journal = Readonly<{
  runId: string;
  metadata: EventMetadata;
  /** Every fact, those that are not durable yet among them. */
  state: () => RunState;
  note: (...events: readonly RunEvent[]) => void;
  /**
   * Makes everything noted durable, in one append.
   * @throws RevisionConflict when another executor wrote first: this one's notes are worthless
   */
  flush: () => Promise<void>;
  /** Of the last append. */
  position: () => bigint;
  /** When the run last moved, in milliseconds since 1970. */
  movedAt: number;
}>;

/** Opens a run at what the wake-up says was just requested, or else at what its stream holds. */
export const openJournal = async (store: EventStore, wakeUp: WakeUp): Promise<Journal | undefined> => {
  const stream = streams.run(wakeUp.runId);
  const { requested } = wakeUp;
  if (requested) {
    const event = { type: 'RunRequested', data: requested.data };
    if (isRunEvent(event)) {
      return journal(
        store,
        wakeUp.runId,
        { events: [event], revision: 0, movedAt: Date.now() },
        requested.metadata,
      );
    }
  }
  const recorded = await store.read(stream);
  const [first] = recorded;
  const last = recorded.at(-1);
  if (!first || !last) return undefined;
  const events = recorded.filter(isRunEvent);
  const movedAt = Date.parse(last.recordedAt);
  return journal(store, wakeUp.runId, { events, revision: last.revision, movedAt }, first.metadata);
};

type Known = Readonly<{ events: readonly RunEvent[]; revision: number; movedAt: number }>;

const journal = (store: EventStore, runId: string, known: Known, first: EventMetadata): Journal => {
  const metadata: EventMetadata = { ...first, actor: 'executor' };
  let state = known.events.reduce(evolveRun, noRun);
  let { revision } = known;
  let position = 0n;
  let pending: NewEvent<RunEvent>[] = [];
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    if (pending.length === 0) return;
    const events = pending;
    pending = [];
    const appended = await store.append(streams.run(runId), events, revision);
    ({ revision, position } = appended);
  };

  return {
    runId,
    metadata,
    state: () => state,
    note: (...events) => {
      for (const event of events) {
        state = evolveRun(state, event);
        pending.push({ ...event, id: randomUUID(), metadata });
      }
    },
    flush: () => {
      // Parallel actions may end while an append is under way; the next one names the revision after it.
      writing = writing.then(write);
      return writing;
    },
    position: () => position,
    movedAt: known.movedAt,
  };
};
