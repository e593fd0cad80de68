import type { Problem } from '../http/problem.ts';

/** Ends a subscription, and says why and what to do. */
export class SubscriptionEnded extends Error {
  override readonly name = 'SubscriptionEnded';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export type Mailbox<Item> = Readonly<{
  /** False where it is full. */
  put: (item: Item) => boolean;
  /** The next one; undefined when it is closed. @throws SubscriptionEnded */
  take: () => Promise<Item | undefined>;
  isEmpty: () => boolean;
  /** What is in it is forgotten; who takes from it learns why. */
  end: (problem: Problem) => void;
  close: () => void;
}>;

/** What waits for one subscriber, so many items at most. One that keeps only the latest is never full. */
export const createMailbox = <Item>(itemsMax: number, keeps: 'all' | 'latest'): Mailbox<Item> => {
  let items: Item[] = [];
  let ended: Problem | undefined;
  let isClosed = false;
  let wake: (() => void) | undefined;

  const notify = () => {
    wake?.();
    wake = undefined;
  };
  return {
    put: (item) => {
      if (isClosed || ended) return true;
      if (keeps === 'latest') items = [];
      if (items.length >= itemsMax) return false;
      items.push(item);
      notify();
      return true;
    },
    take: async () => {
      for (;;) {
        if (ended) throw new SubscriptionEnded(ended);
        const item = items.shift();
        if (item !== undefined || isClosed) return item;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    isEmpty: () => items.length === 0,
    end: (problem) => {
      items = [];
      ended ??= problem;
      notify();
    },
    close: () => {
      items = [];
      isClosed = true;
      notify();
    },
  };
};
