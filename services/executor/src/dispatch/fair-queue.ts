import {
  chooseNext,
  countInHand,
  lineOf,
  longestLine,
  shift,
  type OrgLines,
  type RunLimits,
  type Waiting,
} from './org-lines.ts';

export type FairQueue<T> = Readonly<{
  /** `held`: of those that wait, the ones with a message in hand. */
  counts: () => Readonly<{ inHand: number; waiting: number; held: number }>;
  /**
   * Answers whether its message is kept; it is not where that of one before it in its line was let go of, nor
   * where it waits for a host.
   */
  add: (item: T) => boolean;
  /** Takes the next one in hand; undefined where none waits that a limit lets through. */
  next: () => T | undefined;
  /** What `next` gave is not in hand any more. */
  done: (item: T) => void;
  /** Lets the latest of the longest line go of its message: it keeps its place in the line. */
  letGo: () => T | undefined;
}>;

export type Rules = Readonly<{
  limits: RunLimits;
  weightOf: (org: string) => number;
  isHostFree: (host: string) => boolean;
}>;

type State<T> = {
  readonly rules: Rules;
  readonly orgs: Map<string, OrgLines<T>>;
  inHand: number;
  waiting: number;
  held: number;
  /** What the one chosen last had been served: who comes new begins here. */
  servedNow: number;
};

/**
 * Which run is next: weighted round robin over organisations, within one of them over its workflows, within
 * a workflow first come, first served. Who is at a limit, or waits for a host without a free slot, is passed
 * over, and nobody else waits for it.
 */
export const createFairQueue = <T extends Waiting>(rules: Rules): FairQueue<T> => {
  const state: State<T> = { rules, orgs: new Map(), inHand: 0, waiting: 0, held: 0, servedNow: 0 };
  return {
    counts: () => ({ inHand: state.inHand, waiting: state.waiting, held: state.held }),
    add: (item) => add(state, item),
    next: () => next(state),
    done: (item) => done(state, item),
    letGo: () => {
      const item = longestLine(state.orgs.values())?.letGo();
      if (item) state.held--;
      return item;
    },
  };
};

const add = <T extends Waiting>(state: State<T>, item: T): boolean => {
  const { orgs, servedNow, rules } = state;
  const org = orgs.get(item.org) ?? {
    served: servedNow,
    inHand: 0,
    waiting: 0,
    weight: rules.weightOf(item.org),
    lines: new Map(),
    inHandOf: new Map(),
  };
  orgs.set(item.org, org);
  const { waiting } = lineOf(org, item);
  const isHeld = item.host === undefined && waiting.held() === waiting.length();
  waiting.push(item, isHeld);
  org.waiting++;
  state.waiting++;
  if (isHeld) state.held++;
  return isHeld;
};

const next = <T>(state: State<T>): T | undefined => {
  const { limits, isHostFree } = state.rules;
  if (state.waiting === 0 || state.inHand >= limits.slots) return undefined;
  const chosen = chooseNext(state.orgs.values(), limits, isHostFree);
  if (!chosen) return undefined;
  const { org, line } = chosen;
  if (line.waiting.held() > 0) state.held--;
  const item = shift(org, line);
  // Whoever was idle or at a limit has no claim from before.
  state.servedNow = Math.max(state.servedNow, org.served);
  org.served = state.servedNow + 1 / org.weight;
  org.waiting--;
  state.waiting--;
  countInHand(org, line.workflow, 1);
  state.inHand++;
  return item;
};

const done = <T extends Waiting>(state: State<T>, item: T): void => {
  const org = state.orgs.get(item.org);
  if (!org) return;
  countInHand(org, item.workflow, -1);
  state.inHand--;
  if (org.lines.size === 0 && org.inHand === 0) state.orgs.delete(item.org);
};
