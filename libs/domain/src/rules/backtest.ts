import { canonicalJson } from '../json.ts';
import type { CompiledRules } from './compile.ts';
import { decide } from './decide.ts';
import { decimal, digits, sumOf } from './decimal.ts';
import type { RateFact, RateFacts } from './facts.ts';
import type { RateDecision } from './trace.ts';

/** A decision as it was made, with the facts it was made from. */
export type RecordedDecision = Readonly<{ id: string; facts: RateFacts; decision: RateDecision }>;

/** A decision that the draft would make differently: another rate, or another outcome. */
export type Flip = Readonly<{
  decision: string;
  before: FlipSide;
  after: FlipSide;
  /** After minus before, in days and in money; null where one of them has none, or the currencies differ. */
  transitDays: number | null;
  cost: Readonly<{ amount: string; currency: string | null }> | null;
}>;

type FlipSide = Pick<RateDecision, 'outcome' | 'rate' | 'rule' | 'why'> &
  Readonly<{ carrier: string | null; service: string | null }>;

type Money = Readonly<{ before: string; after: string; difference: string; decisions: number }>;

/** What a draft would have made of recorded decisions. Plain JSON, so that parts may be made side by side. */
export type BacktestResult = Readonly<{
  decisions: number;
  flips: number;
  /** The same rate, but other options, holds or notifications. */
  otherwiseChanged: number;
  /** Of the decisions with a rate before and after in the same currency, by currency ('' where none is said). */
  cost: Readonly<Record<string, Money>>;
  /** Of the decisions with known transit days before and after. */
  transitDays: Readonly<{ before: number; after: number; difference: number; decisions: number }>;
  /** By the rule that selects, '' for none: how many decisions are its before and after, and flips into it. */
  byRule: Readonly<Record<string, Tally>>;
  byCarrier: Readonly<Record<string, Tally>>;
  /** The first of them, as they came. */
  listed: readonly Flip[];
}>;

export type Tally = Readonly<{ before: number; after: number; flips: number }>;

/** Takes decisions one by one, and keeps sums of them only. */
export interface Backtest {
  readonly add: (recorded: RecordedDecision) => void;
  readonly result: () => BacktestResult;
}

const flipsListedMax = 1_000;

/** Decides everything anew by the draft. Rules over their own decisions flip nothing. */
export const startBacktest = (
  draft: CompiledRules,
  /** What was tested of it before: the result is of both. */
  before = nothingTested,
  listedMax = flipsListedMax,
): Backtest => {
  const parts: BacktestResult[] = [];
  let sum = before;
  // Adding up in batches: sums of maps are made once for many decisions.
  const settle = () => {
    sum = mergeBacktests([sum, ...parts.splice(0)], listedMax);
    return sum;
  };
  return {
    add: ({ id, facts, decision }) => {
      parts.push(compared(id, facts, decision, decide(draft, facts).decision));
      if (parts.length >= 500) settle();
    },
    result: settle,
  };
};

export const nothingTested: BacktestResult = {
  decisions: 0,
  flips: 0,
  otherwiseChanged: 0,
  cost: {},
  transitDays: { before: 0, after: 0, difference: 0, decisions: 0 },
  byRule: {},
  byCarrier: {},
  listed: [],
};

const rateOf = ({ rates }: RateFacts, id: string | null): RateFact | undefined =>
  id === null ? undefined : rates.find((rate) => rate.id === id);

const compared = (id: string, facts: RateFacts, was: RateDecision, is: RateDecision): BacktestResult => {
  const before = rateOf(facts, was.rate);
  const after = rateOf(facts, is.rate);
  const isFlip = was.outcome !== is.outcome || was.rate !== is.rate;
  const cost = costOf(before, after);
  const transitDays = daysOf(before, after);
  const sides = { before: sideOf(was, before), after: sideOf(is, after) };
  const difference = cost ? { amount: cost.money.difference, currency: cost.currency } : null;
  return {
    decisions: 1,
    flips: isFlip ? 1 : 0,
    otherwiseChanged: !isFlip && effectsOf(was) !== effectsOf(is) ? 1 : 0,
    cost: cost ? { [cost.currency ?? '']: cost.money } : {},
    transitDays,
    byRule: tally(was.rule, is.rule, isFlip),
    byCarrier: tally(sides.before.carrier, sides.after.carrier, isFlip),
    listed: isFlip
      ? [
          {
            decision: id,
            ...sides,
            transitDays: transitDays.decisions > 0 ? transitDays.difference : null,
            cost: difference,
          },
        ]
      : [],
  };
};

const sideOf = ({ outcome, rate, rule, why }: RateDecision, fact: RateFact | undefined): FlipSide => ({
  outcome,
  rate,
  rule,
  why,
  carrier: fact?.carrier_name ?? null,
  service: fact?.service ?? null,
});

const effectsOf = ({ options, holds, notifications }: RateDecision): string =>
  canonicalJson({ options, holds, notifications });

const costOf = (
  before: RateFact | undefined,
  after: RateFact | undefined,
): Readonly<{ currency: string | null; money: Money }> | undefined => {
  const currency = before?.currency ?? null;
  if (!before || !after || currency !== (after.currency ?? null)) return undefined;
  const [was, is] = [decimal(before.total_charge ?? 0), decimal(after.total_charge ?? 0)];
  const money = { before: digits(was), after: digits(is), difference: digits(is.minus(was)), decisions: 1 };
  return { currency, money };
};

const daysOf = (before: RateFact | undefined, after: RateFact | undefined): BacktestResult['transitDays'] => {
  const [was, is] = [before?.transit_days ?? undefined, after?.transit_days ?? undefined];
  if (was === undefined || is === undefined) return nothingTested.transitDays;
  return { before: was, after: is, difference: is - was, decisions: 1 };
};

const tally = (
  before: string | null,
  after: string | null,
  isFlip: boolean,
): Readonly<Record<string, Tally>> => {
  const flips = isFlip ? 1 : 0;
  if (before === after) return { [before ?? '']: { before: 1, after: 1, flips } };
  return { [before ?? '']: { before: 1, after: 0, flips: 0 }, [after ?? '']: { before: 0, after: 1, flips } };
};

/** The sum of parts that were tested by themselves. Flips are listed in the order of the parts. */
export const mergeBacktests = (
  parts: readonly BacktestResult[],
  listedMax = flipsListedMax,
): BacktestResult => ({
  decisions: total(parts.map(({ decisions }) => decisions)),
  flips: total(parts.map(({ flips }) => flips)),
  otherwiseChanged: total(parts.map(({ otherwiseChanged }) => otherwiseChanged)),
  cost: merged(
    parts.map(({ cost }) => cost),
    sumOfMoney,
  ),
  transitDays: {
    before: total(parts.map(({ transitDays }) => transitDays.before)),
    after: total(parts.map(({ transitDays }) => transitDays.after)),
    difference: total(parts.map(({ transitDays }) => transitDays.difference)),
    decisions: total(parts.map(({ transitDays }) => transitDays.decisions)),
  },
  byRule: merged(
    parts.map(({ byRule }) => byRule),
    sumOfTallies,
  ),
  byCarrier: merged(
    parts.map(({ byCarrier }) => byCarrier),
    sumOfTallies,
  ),
  listed: parts.flatMap(({ listed }) => listed).slice(0, listedMax),
});

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

const merged = <T>(
  records: readonly Readonly<Record<string, T>>[],
  sum: (values: readonly T[]) => T,
): Readonly<Record<string, T>> => {
  const lists = new Map<string, T[]>();
  for (const [key, value] of records.flatMap((record) => Object.entries(record))) {
    const list = lists.get(key);
    if (list) list.push(value);
    else lists.set(key, [value]);
  }
  return Object.fromEntries([...lists].map(([key, values]) => [key, sum(values)]));
};

const sumOfTallies = (tallies: readonly Tally[]): Tally => ({
  before: total(tallies.map(({ before }) => before)),
  after: total(tallies.map(({ after }) => after)),
  flips: total(tallies.map(({ flips }) => flips)),
});

const sumOfMoney = (amounts: readonly Money[]): Money => ({
  before: digits(sumOf(amounts.map(({ before }) => decimal(before)))),
  after: digits(sumOf(amounts.map(({ after }) => decimal(after)))),
  difference: digits(sumOf(amounts.map(({ difference }) => decimal(difference)))),
  decisions: total(amounts.map(({ decisions }) => decisions)),
});
