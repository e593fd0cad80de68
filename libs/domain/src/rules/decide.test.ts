import { describe, expect, it } from 'vitest';
import { aRate, aRuleSet, decided, someFacts } from './rules.fixture.ts';
import { traceOfApplied } from './trace.ts';

const cheapest = { actions: { select_service: { strategy: 'cheapest' } } } as const;
const fastest = { actions: { select_service: { strategy: 'fastest' } } } as const;
const ground = aRate({ id: 'ground', service: 'ups_ground', total_charge: 10, transit_days: 5 });
const express = aRate({
  id: 'express',
  carrier_name: 'fedex',
  service: 'fedex_2day',
  total_charge: 25,
  transit_days: 2,
});

describe('which rule selects', () => {
  const facts = someFacts({ rates: [ground, express] });

  it('is the one of the higher priority', () => {
    const rules = aRuleSet({ ...cheapest, priority: 1 }, { ...fastest, priority: 2 });
    expect(decided(rules, facts).decision).toMatchObject({
      outcome: 'selected',
      rate: 'express',
      rule: 'rule-2',
    });
  });

  it('is the older one of equal priority, then the one of the smaller id', () => {
    expect(decided(aRuleSet(cheapest, fastest), facts).decision.rule).toBe('rule-1');
    const createdAt = '2026-01-01T00:00:00.000Z';
    const twins = aRuleSet({ ...cheapest, id: 'b', createdAt }, { ...fastest, id: 'a', createdAt });
    expect(decided(twins, facts).decision.rule).toBe('a');
  });

  it('is the next one where the first finds no rate to select', () => {
    const preferred = {
      actions: { select_service: { strategy: 'preferred', carrier_code: 'dhl' } },
      priority: 9,
    };
    const { decision, trace } = decided(aRuleSet(preferred, cheapest), facts);
    expect(decision).toMatchObject({ rate: 'ground', rule: 'rule-2' });
    expect(trace.rules.map(({ selection }) => selection)).toEqual(['nothing_left', 'made']);
  });

  it('is none where no rule applies, which is said', () => {
    const rules = aRuleSet({ ...cheapest, conditions: { destination: { country_code: 'US' } } });
    expect(decided(rules, facts).decision).toMatchObject({
      outcome: 'none',
      rate: null,
      why: 'no_rule_selects',
    });
  });
});

describe('what is recorded of a trace', () => {
  const elsewhere = { ...fastest, conditions: { destination: { country_code: 'US' } } };
  const { trace } = decided(aRuleSet(elsewhere, cheapest), someFacts({ rates: [ground, express] }));
  const { rulesEvaluated, rules, ...rest } = traceOfApplied(trace);

  it('is every rate, the rules that applied, and how many there were', () => {
    expect(rules).toEqual(trace.rules.filter(({ rule }) => rule === 'rule-2'));
    expect(rulesEvaluated).toBe(2);
    expect({ ...rest, rules: trace.rules }).toEqual(trace);
  });

  it('is the same of what was recorded so, as of what was once recorded with every rule', () => {
    expect(traceOfApplied({ ...rest, rules, ...(rulesEvaluated && { rulesEvaluated }) })).toEqual(
      traceOfApplied(trace),
    );
  });
});
