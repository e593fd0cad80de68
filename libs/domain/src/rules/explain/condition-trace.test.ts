import { expect, it } from 'vitest';
import { aRate, aRuleSet, someFacts } from '../rules.fixture.ts';
import { traceConditions } from './condition-trace.ts';

it('says of every condition whether it holds, for the shipment or for each rate, and what is not known', () => {
  const { rules } = aRuleSet({
    conditions: { weight: { min: 1 } },
    condition: {
      any: [
        { field: 'rate.carrier', operator: 'eq', value: 'dhl' },
        { not: { field: 'shipment.channel', operator: 'eq', value: 'shop' } },
      ],
    },
    actions: { block_service: true },
  });
  const facts = someFacts({
    shipment: { channel: 'shop' },
    rates: [aRate({ id: 'a' }), aRate({ id: 'b', carrier_name: 'dhl' })],
  });
  const channel = { form: 'field', answer: 'true', test: { field: 'shipment.channel' } };
  expect(traceConditions(rules, facts)[0]?.condition).toMatchObject({
    form: 'all',
    answer: ['false', 'unknown'],
    parts: [
      { form: 'field', answer: 'unknown', test: { field: 'shipment.weight' } },
      {
        form: 'any',
        answer: ['false', 'true'],
        parts: [
          { form: 'field', answer: ['false', 'true'] },
          { form: 'not', answer: 'false', parts: [channel] },
        ],
      },
    ],
  });
});
