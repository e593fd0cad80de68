import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { RuleAction, strategies } from './action.ts';
import { operators } from './condition.ts';
import { readRateFacts } from './facts.ts';
import { fieldNames } from './field-name.ts';
import { aRuleSet, decided } from './rules.fixture.ts';
import { nothingReasons } from './trace.ts';

const page = readFileSync(new URL('../../../../docs/shipping-rules.md', import.meta.url), 'utf8');
const blocks = (kind: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`json ${kind}\n(.*?)\n\`\`\``, 'gs'))].map(([, text = '']) => text);

type Rule = {
  name: string;
  priority?: number;
  conditions?: JsonObject;
  actions?: JsonObject;
  condition?: JsonObject;
  further_actions?: JsonObject[];
};
type Example = {
  rules: Rule[];
  shipment?: JsonObject;
  exchange_rates?: JsonObject[];
  decision: JsonObject;
  standings?: Record<string, string>;
  costs?: Record<string, string>;
};

const rates: unknown = JSON.parse(blocks('rates')[0] ?? '');
const examples = blocks('example').map((text) => JSON.parse(text) as Example);

const decisionOf = ({ rules, shipment = {}, exchange_rates }: Example) => {
  const facts = readRateFacts({ evaluated_at: '2026-11-27T12:00:00Z', shipment, rates, exchange_rates });
  if ('refused' in facts) throw new Error(JSON.stringify(facts.refused));
  const set = aRuleSet(
    ...rules.map(
      ({
        name,
        priority = 0,
        conditions = null,
        actions = null,
        condition = null,
        further_actions = [],
      }) => ({
        name,
        priority,
        conditions,
        actions,
        condition,
        furtherActions: further_actions,
      }),
    ),
  );
  return decided(set, facts.read);
};

describe('the page about shipping rules', () => {
  it.each(examples.map((example, position) => [position + 1, example] as const))(
    'has examples that decide as it says: %i',
    (_, example) => {
      const { decision, trace } = decisionOf(example);
      expect(decision).toMatchObject(example.decision);
      const standings = Object.fromEntries(trace.rates.map(({ rate, standing }) => [rate, standing]));
      expect(standings).toMatchObject(example.standings ?? {});
      expect(Object.fromEntries(trace.rates.map(({ rate, cost }) => [rate, cost]))).toMatchObject(
        example.costs ?? {},
      );
    },
  );

  it('has examples at all, and names every fact, operator, action, strategy, reason and standing', () => {
    expect(examples.length).toBeGreaterThan(7);
    const actions = RuleAction.options.flatMap(({ shape: { type } }): readonly string[] =>
      'options' in type ? type.options : [type.value],
    );
    const standings = [
      'selected',
      'outranked',
      'out_of_scope',
      'blocked',
      'filtered',
      'currency',
      'no_price',
      'left',
    ];
    const names = [...fieldNames, ...operators, ...actions, ...strategies, ...nothingReasons, ...standings];
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
