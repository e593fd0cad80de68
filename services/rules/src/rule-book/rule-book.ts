import { parseStream } from '@karrio/contracts';
import {
  compileRuleSet,
  isRuleEvent,
  ruleSetOf,
  ruleSetText,
  shippingRule,
  type CompiledRules,
  type Refusal,
  type RuleEvent,
  type RuleSet,
  type RuleState,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { createHash } from 'node:crypto';

type Entry = Readonly<{ state: RuleState; revision: number }>;
export type LiveEntry = Extract<RuleState, { readonly status: 'live' }>;

/** An organisation's active rules, ready to decide. */
export type LiveRules = Readonly<{
  hash: string;
  ruleSet: RuleSet;
  compiled: CompiledRules;
  /** Rules that this build cannot read; they take no part. */
  refused: readonly Readonly<{ id: string; refusals: readonly Refusal[] }>[];
}>;

/** Each is a version of the organisation's rules. `position` is a decimal string. */
export type RuleChange = Readonly<{
  position: string;
  at: string;
  actor: string;
  ruleId: string;
  change: RuleEvent['type'];
}>;

export const liveRulesOf = (rules: readonly LiveEntry[]): LiveRules => {
  const { ruleSet, refused } = ruleSetOf(rules);
  const hash = createHash('sha256').update(ruleSetText(ruleSet)).digest('hex');
  return { hash, ruleSet, compiled: compileRuleSet(ruleSet), refused };
};

/** All shipping rules in memory, folded from the log. */
export const createRuleBook = () => {
  const orgs = new Map<string, ReturnType<typeof createPages>>();
  const pagesOf = (org: string) => {
    const known = orgs.get(org) ?? createPages();
    orgs.set(org, known);
    return known;
  };
  return {
    apply: (event: Recorded): void => {
      const id = parseStream(event.stream)?.id;
      if (id !== undefined && isRuleEvent(event)) pagesOf(event.metadata.org).apply(id, event);
    },
    /** Compiled once until a rule changes. */
    live: (org: string): LiveRules => pagesOf(org).live(),
    /** All that are not deleted, active or not. */
    rules: (org: string): readonly LiveEntry[] => pagesOf(org).rules(),
    /** Of deleted ones too. */
    ids: (org: string): readonly string[] => pagesOf(org).ids(),
    /** The newest first. */
    changes: (org: string, first: number): readonly RuleChange[] => pagesOf(org).changes(first),
    size: () => orgs.values().reduce((sum, pages) => sum + pages.rules().length, 0),
  };
};
export type RuleBook = ReturnType<typeof createRuleBook>;

/** More than are asked for at once. */
const changesMax = 1_000;

const createPages = () => {
  const entries = new Map<string, Entry>();
  const changes: RuleChange[] = [];
  let live: LiveRules | undefined;
  const rules = () => [...entries.values()].flatMap(({ state }) => (state.status === 'live' ? [state] : []));
  return {
    apply: (id: string, event: Recorded<RuleEvent>) => {
      const known = entries.get(id);
      if (known && known.revision >= event.revision) return;
      const state = shippingRule.evolve(known?.state ?? shippingRule.initial, event);
      entries.set(id, { state, revision: event.revision });
      const { type: change, position, recordedAt: at, metadata } = event;
      changes.push({ position: String(position), at, actor: metadata.actor, ruleId: id, change });
      if (changes.length > changesMax) changes.shift();
      live = undefined;
    },
    live: () => (live ??= liveRulesOf(rules())),
    rules,
    ids: () => [...entries.keys()],
    changes: (first: number) => changes.slice(-first).toReversed(),
  };
};
