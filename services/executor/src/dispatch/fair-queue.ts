import { chooseNext, lineOf, longestLine, type OrgLines, type RunLimits } from './org-lines.ts';

export type Waiting = Readonly<{ org: string; workflow: string }>;

export type FairQueue<T> = Readonly<{
  /** `held`: of those that wait, the ones with a message in hand. */
  counts: () => Readonly<{ inHand: number; waiting: number; held: number }>;
  /** Answers whether its message is kept; it is not where that of one before it in its line was let go of. */
  add: (item: T) => boolean;
  /** Takes the next one in hand; undefined where none waits that a limit lets through. */
  next: () => T | undefined;
  /** What `next` gave is not in hand any more. */
  done: (item: T) => void;
  /** Lets the latest of the longest line go of its message: it keeps its place in the line. */
  letGo: () => T | undefined;
}>;

type State<T> = {
  readonly limits: RunLimits;
  readonly orgs: Map<string, OrgLines<T>>;
  inHand: number;
  waiting: number;
  held: number;
  /** What the one chosen last had been served: who comes new begins here. */
  servedNow: number;
};

/**
 * Which run is next: weighted round robin over organisations, within one of them over its workflows, within
 * a workflow first come, first served. Who is at a limit is passed over, and nobody else waits for it.
 */
export const createFairQueue = <T extends Waiting>(
  limits: RunLimits,
  weightOf: (org: string) => number,
): FairQueue<T> => {
  const state: State<T> = { limits, orgs: new Map(), inHand: 0, waiting: 0, held: 0, servedNow: 0 };
  return {
    counts: () => ({ inHand: state.inHand, waiting: state.waiting, held: state.held }),
    add: (item) => add(state, item, weightOf),
    next: () => next(state),
    done: (item) => done(state, item),
    letGo: () => {
      const item = longestLine(state.orgs.values())?.letGo();
      if (item) state.held--;
      return item;
    },
  };
};

const add = <T extends Waiting>(state: State<T>, item: T, weightOf: (org: string) => number): boolean => {
  const { orgs, servedNow } = state;
  const org = orgs.get(item.org) ?? {
    served: servedNow,
    inHand: 0,
    waiting: 0,
    weight: weightOf(item.org),
    lines: new Map(),
  };
  orgs.set(item.org, org);
  const { waiting } = lineOf(org, item.workflow);
  const isHeld = waiting.held() === waiting.length();
  waiting.push(item, isHeld);
  org.waiting++;
  state.waiting++;
  if (isHeld) state.held++;
  return isHeld;
};

const next = <T>(state: State<T>): T | undefined => {
  if (state.waiting === 0 || state.inHand >= state.limits.slots) return undefined;
  const chosen = chooseNext(state.orgs.values(), state.limits);
  if (!chosen) return undefined;
  const { org, workflow, line } = chosen;
  if (line.waiting.held() > 0) state.held--;
  const item = line.waiting.shift();
  // Whoever was idle or at a limit has no claim from before.
  state.servedNow = Math.max(state.servedNow, org.served);
  org.served = state.servedNow + 1 / org.weight;
  // The workflow's next turn comes after those of its organisation's others.
  org.lines.delete(workflow);
  org.lines.set(workflow, line);
  for (const counted of [state, org]) {
    counted.waiting--;
    counted.inHand++;
  }
  line.inHand++;
  return item;
};

const done = <T extends Waiting>(state: State<T>, item: T): void => {
  const org = state.orgs.get(item.org);
  const line = org?.lines.get(item.workflow);
  if (!org || !line) return;
  for (const counted of [state, org, line]) counted.inHand--;
  if (line.inHand > 0 || line.waiting.length() > 0) return;
  org.lines.delete(item.workflow);
  if (org.lines.size === 0) state.orgs.delete(item.org);
};
