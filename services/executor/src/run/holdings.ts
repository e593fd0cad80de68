import type { Journal } from './journal.ts';

/** The runs that this process has in hand. */
export type Holdings = Readonly<{
  has: (runId: string) => boolean;
  /** Lets go when disposed; undefined where the run is in hand already. */
  take: (runId: string) => Holding | undefined;
  /** A person did something to the run: its holder looks at what is under way. */
  look: (runId: string) => void;
  /** Another wake-up of a run in hand: its holder looks now, and once more before it lets go. */
  wakeAgain: (runId: string) => void;
}>;

export type Holding = Disposable &
  Readonly<{
    /** The run's journal, once it is open, and what to do when people's facts were taken in. */
    watch: (journal: Journal, onNews: () => void, onLost: (error: unknown) => void) => void;
    /** Not where the run was woken again since the last time: then it stays in hand. */
    letGo: () => boolean;
  }>;

type Entry = { look: () => void; wasWoken: boolean };

export const createHoldings = (): Holdings => {
  const held = new Map<string, Entry>();
  return {
    has: (runId) => held.has(runId),
    look: (runId) => held.get(runId)?.look(),
    wakeAgain: (runId) => {
      const entry = held.get(runId);
      if (!entry) return;
      entry.wasWoken = true;
      entry.look();
    },
    take: (runId) => (held.has(runId) ? undefined : hold(held, runId)),
  };
};

const hold = (held: Map<string, Entry>, runId: string): Holding => {
  const entry: Entry = { look: () => {}, wasWoken: false };
  held.set(runId, entry);
  const drop = () => {
    // Another wake-up may have the run in hand by now.
    if (held.get(runId) === entry) held.delete(runId);
  };
  return {
    watch: (journal, onNews, onLost) => {
      entry.look = () => void journal.catchUp().then(onNews, onLost);
    },
    letGo: () => {
      const { wasWoken } = entry;
      entry.wasWoken = false;
      if (!wasWoken) drop();
      return !wasWoken;
    },
    [Symbol.dispose]: drop,
  };
};
