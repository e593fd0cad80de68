import type { Journal } from './journal.ts';

/** The runs that this process has in hand. */
export type Holdings = Readonly<{
  has: (runId: string) => boolean;
  /** Lets go when disposed; undefined where the run is in hand already. */
  take: (runId: string) => Holding | undefined;
  /** A person did something to the run: its holder looks. */
  look: (runId: string) => void;
}>;

export type Holding = Disposable &
  Readonly<{
    /** The run's journal, once it is open, and what to do when people's facts were taken in. */
    watch: (journal: Journal, onNews: () => void, onLost: (error: unknown) => void) => void;
  }>;

export const createHoldings = (): Holdings => {
  const held = new Map<string, { look: () => void }>();
  return {
    has: (runId) => held.has(runId),
    look: (runId) => held.get(runId)?.look(),
    take: (runId) => {
      if (held.has(runId)) return undefined;
      const entry = { look: () => {} };
      held.set(runId, entry);
      return {
        watch: (journal, onNews, onLost) => {
          entry.look = () => void journal.catchUp().then(onNews, onLost);
        },
        [Symbol.dispose]: () => held.delete(runId),
      };
    },
  };
};
