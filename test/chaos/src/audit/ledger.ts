import type { ActionStarted } from '@karrio/domain';
import type { Fact, OutsideRequest } from './evidence.ts';

type Timed = Readonly<{ attempt: number; atMs: number }>;

/** What one attempt of an effect came to. */
export type AttemptOutcome = Timed &
  Readonly<{
    is: 'succeeded' | 'failed' | 'retry' | 'unknown' | 'cancelled';
    /** Whether a status of an answer is recorded. */
    hasAnswer: boolean;
  }>;

/** All that the log says of one effect, and what arrived of it outside. */
export type Entry = Readonly<{
  key: string;
  runId: string;
  started: readonly Timed[];
  outcomes: readonly AttemptOutcome[];
  /** When another request was allowed: a retry that was recorded, or an unknown outcome that is sent again. */
  leaves: readonly Timed[];
  /** In the order of their arrival. */
  requests: readonly OutsideRequest[];
}>;

/** The effects outside of all runs by Idempotency-Key. */
export const ledgerOf = (
  runs: ReadonlyMap<string, readonly Fact[]>,
  requests: readonly OutsideRequest[],
): ReadonlyMap<string, Entry> => {
  const arrived = Map.groupBy(requests, ({ key }) => key);
  const entries = [...runs].flatMap(([runId, facts]) => {
    const starts = facts.filter((fact) => isSent(fact));
    return [...Map.groupBy(starts, ({ data }) => data.idempotencyKey)].map(([key, begun]) => {
      const slug = begun[0]?.data.slug;
      const mine = facts.filter(({ data }) => 'slug' in data && data.slug === slug);
      const sent = [...(arrived.get(key) ?? [])].sort((a, b) => a.atMs - b.atMs);
      return [key, entryOf(key, runId, mine, sent)] as const;
    });
  });
  return new Map(entries);
};

/** What is asked of the rules leaves nothing outside. */
const isSent = (fact: Fact): fact is Fact & ActionStarted =>
  fact.type === 'ActionStarted' && fact.data.actionType === 'http_request';

const entryOf = (
  key: string,
  runId: string,
  facts: readonly Fact[],
  requests: readonly OutsideRequest[],
): Entry => ({
  key,
  runId,
  started: facts.flatMap((fact) => (fact.type === 'ActionStarted' ? [timed(fact.data)] : [])),
  outcomes: facts.flatMap(outcomeOf),
  leaves: facts.flatMap((fact) => (isLeave(fact) ? [timed(fact.data)] : [])),
  requests,
});

const timed = ({ attempt, at }: Readonly<{ attempt: number; at: string }>): Timed => ({
  attempt,
  atMs: Date.parse(at),
});

const outcomes = {
  ActionSucceeded: 'succeeded',
  ActionFailed: 'failed',
  ActionRetryScheduled: 'retry',
  ActionOutcomeUnknown: 'unknown',
  ActionCancelled: 'cancelled',
} as const;

const outcomeOf = (fact: Fact): readonly AttemptOutcome[] => {
  switch (fact.type) {
    case 'ActionSucceeded':
    case 'ActionFailed':
    case 'ActionRetryScheduled':
    case 'ActionOutcomeUnknown': {
      const hasAnswer = fact.data.response !== undefined;
      return [{ ...timed(fact.data), is: outcomes[fact.type], hasAnswer }];
    }
    case 'ActionCancelled':
      return [{ ...timed(fact.data), is: 'cancelled', hasAnswer: false }];
    default:
      return [];
  }
};

type Leave = Extract<
  Fact,
  { type: 'ActionRetryScheduled' | 'ActionOutcomeUnknown' | 'ActionProbed' | 'ActionSettled' }
>;

const isLeave = (fact: Fact): fact is Leave => {
  switch (fact.type) {
    case 'ActionRetryScheduled':
      return true;
    case 'ActionOutcomeUnknown':
      return fact.data.resolution === 'retry';
    case 'ActionProbed':
      return fact.data.verdict === 'not-happened';
    case 'ActionSettled':
      return fact.data.as === 'retry';
    default:
      return false;
  }
};
