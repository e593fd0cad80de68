import { inherited, streams, type EventMetadata, type WakeUp } from '@karrio/contracts';
import { evolveRun, isRunEvent, noRun, type RunEvent, type RunState } from '@karrio/domain';
import { RevisionConflict, type EventStore, type NewEvent, type Recorded } from '@karrio/event-store-client';
import { randomUUID } from 'node:crypto';
import { lateOutcomes } from './late-outcomes.ts';

/** One executor's pen on one run: what it noted, and what of that is durable. */
export type Journal = Readonly<{
  runId: string;
  metadata: EventMetadata;
  /** Every fact, those that are not durable yet among them. */
  state: () => RunState;
  note: (...events: readonly RunEvent[]) => void;
  /**
   * Makes everything noted durable, in one append. What people did to the run meanwhile is taken in before; then no
   * action begins that has not begun, and the run does not end: `true` says that what is next is to be asked anew.
   * @throws RevisionConflict when another executor wrote first: this one's notes are worthless
   */
  flush: () => Promise<boolean>;
  /** Takes in what people did to the run. @throws RevisionConflict when another executor wrote */
  catchUp: () => Promise<void>;
  /** After a conflict: what this executor's requests brought is recorded as having come too late. */
  recordLate: () => Promise<void>;
  /** Of the last append. */
  position: () => bigint;
  /** When the run last moved, in milliseconds since 1970. */
  movedAt: number;
  /** How many executors in a row took the run and brought it no further, as far as that is on record. */
  takenInVain: number;
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

/** What others than its executor write to a run that it has in hand. */
const control: ReadonlySet<string> = new Set(['RunCancelRequested', 'RunPaused', 'RunResumed']);

/** What follows from the state of a run, and no more where somebody did something to it. */
const undecided: ReadonlySet<string> = new Set([
  'ActionStarted',
  'RunSucceeded',
  'RunFailed',
  'RunAborted',
  'RunCancelled',
]);

const conflictsMax = 10;

const journal = (store: EventStore, runId: string, known: Known, first: EventMetadata): Journal => {
  // Who asked for the run, and from where, is said by its first event alone.
  const metadata: EventMetadata = { ...inherited(first), actor: 'executor' };
  const page = createPage(store, streams.run(runId), known);
  let writing: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    // Parallel actions may end while an append is under way; the next one names the revision after it.
    const worked = writing.then(work);
    writing = worked;
    return worked;
  };
  return {
    runId,
    metadata,
    state: page.state,
    note: (...events) => {
      for (const event of events) page.add({ ...event, id: randomUUID(), metadata });
    },
    flush: () => inTurn(page.write),
    catchUp: () => inTurn(page.takeIn),
    recordLate: () => recordLate(store, streams.run(runId), metadata, lateOutcomes(page.pending())),
    position: page.position,
    movedAt: known.movedAt,
    takenInVain: takenInVain(known.events),
  };
};

const takenInVain = (events: readonly RunEvent[]): number =>
  events.length - 1 - events.findLastIndex(({ type }) => type !== 'RunTakenAgain');

/** A run's stream as one writer knows it, and what it adds. */
const createPage = (store: EventStore, stream: string, known: Known) => {
  let durable = known.events.reduce(evolveRun, noRun);
  let state = durable;
  let { revision } = known;
  let position = 0n;
  let pending: readonly NewEvent<RunEvent>[] = [];

  /** @throws RevisionConflict unless everything new is from people */
  const takeIn = async () => {
    const news = (await store.read(stream)).filter((event) => event.revision > revision);
    const last = news.at(-1);
    if (!last) return;
    if (!news.every(({ type }) => control.has(type)))
      throw new RevisionConflict(stream, revision, last.revision);
    durable = news.filter(isRunEvent).reduce(evolveRun, durable);
    // What is only noted has not left: it does not, now that the run is held or cancelled, which is no end yet.
    pending = pending.filter(({ type }) => !undecided.has(type));
    state = pending.reduce(evolveRun, durable);
    ({ revision } = last);
  };

  const write = async (): Promise<boolean> => {
    let conflicts = 0;
    while (pending.length > 0) {
      const events = pending;
      try {
        const appended = await store.append(stream, events, revision);
        ({ revision, position } = appended);
        durable = events.reduce(evolveRun, durable);
        // More may have been noted meanwhile.
        pending = pending.slice(events.length);
        break;
      } catch (error) {
        if (!(error instanceof RevisionConflict) || ++conflicts > conflictsMax) throw error;
        await takeIn();
      }
    }
    return conflicts > 0;
  };

  const add = (event: NewEvent<RunEvent>) => {
    state = evolveRun(state, event);
    pending = [...pending, event];
  };

  return { state: () => state, position: () => position, pending: () => pending, add, write, takeIn };
};

const recordLate = async (
  store: EventStore,
  stream: string,
  metadata: EventMetadata,
  late: readonly RunEvent[],
): Promise<void> => {
  if (late.length === 0) return;
  const events = late.map((event) => ({ ...event, id: randomUUID(), metadata }));
  for (let conflicts = 0; ;) {
    const last: Recorded | undefined = (await store.read(stream)).at(-1);
    if (!last) return;
    try {
      await store.append(stream, events, last.revision);
      return;
    } catch (error) {
      if (!(error instanceof RevisionConflict) || ++conflicts > conflictsMax) throw error;
    }
  }
};
