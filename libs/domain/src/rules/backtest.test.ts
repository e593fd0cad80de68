import { describe, expect, it } from 'vitest';
import { mergeBacktests, nothingTested, startBacktest, type RecordedDecision } from './backtest.ts';
import { compileRuleSet } from './compile.ts';
import { aRate, aRuleSet, decided, someFacts } from './rules.fixture.ts';

const select = (strategy: string) => ({ actions: { select_service: { strategy } } });
const live = aRuleSet(
  { ...select('fastest'), conditions: { destination: { country_code: 'US' } }, priority: 10 },
  { ...select('cheapest') },
);
const facts = (country_code: string) =>
  someFacts({
    shipment: { recipient: { country_code } },
    rates: [
      aRate({ id: 'ground', total_charge: '10.10', transit_days: 5 }),
      aRate({ id: 'air', carrier_name: 'fedex', total_charge: '30.35', transit_days: 1 }),
    ],
  });
const recorded: readonly RecordedDecision[] = ['US', 'CA', 'US', 'MX'].map((country, position) => ({
  id: `decision-${position + 1}`,
  facts: facts(country),
  decision: decided(live, facts(country)).decision,
}));

const tested = (draft: typeof live, decisions = recorded) => {
  const backtest = startBacktest(compileRuleSet(draft));
  decisions.forEach(backtest.add);
  return backtest.result();
};

describe('a backtest', () => {
  it('flips nothing by the rules that decided', () => {
    expect(tested(live)).toMatchObject({ decisions: 4, flips: 0, otherwiseChanged: 0, listed: [] });
  });

  it('says what a draft would cost, take and change, by rule and carrier', () => {
    const result = tested(aRuleSet({ ...select('cheapest'), id: 'draft' }));
    expect(result).toMatchObject({
      decisions: 4,
      flips: 2,
      cost: { USD: { before: '80.9', after: '40.4', difference: '-40.5', decisions: 4 } },
      transitDays: { before: 12, after: 20, difference: 8, decisions: 4 },
      byRule: { 'rule-1': { before: 2, after: 0 }, draft: { before: 0, after: 4, flips: 2 } },
      byCarrier: { fedex: { before: 2, after: 0 }, ups: { before: 2, after: 4, flips: 2 } },
    });
    expect(result.listed.map(({ decision }) => decision)).toEqual(['decision-1', 'decision-3']);
    expect(result.listed[0]).toMatchObject({
      before: { rate: 'air', carrier: 'fedex' },
      after: { rate: 'ground', rule: 'draft' },
      cost: { amount: '-20.25', currency: 'USD' },
      transitDays: 4,
    });
  });

  it('counts a decision that keeps its rate and is bought otherwise', () => {
    const options = [{ type: 'set_options', options: { signature: true } }];
    const draft = aRuleSet(
      { ...select('fastest'), conditions: { destination: { country_code: 'US' } }, priority: 10 },
      { ...select('cheapest'), furtherActions: options },
    );
    expect(tested(draft)).toMatchObject({ flips: 0, otherwiseChanged: 4 });
  });

  it('has no price of a rate that is no longer selected', () => {
    const result = tested(aRuleSet({ actions: { block_service: true } }));
    expect(result).toMatchObject({ flips: 4, cost: {}, byRule: { '': { before: 0, after: 4, flips: 4 } } });
    expect(result.listed[0]).toMatchObject({ after: { outcome: 'none', why: 'all_set_aside' }, cost: null });
  });

  it('is the same however the decisions are split', () => {
    const draft = aRuleSet({ ...select('cheapest'), id: 'draft' });
    const parts = [tested(draft, recorded.slice(0, 1)), tested(draft, recorded.slice(1)), nothingTested];
    expect(mergeBacktests(parts)).toEqual(tested(draft));
    const resumed = startBacktest(compileRuleSet(draft), tested(draft, recorded.slice(0, 3)));
    recorded.slice(3).forEach(resumed.add);
    expect(resumed.result()).toEqual(tested(draft));
  });
});
