import { describe, expect, it } from 'vitest';
import { filledRule } from '../../catalogue/fill-in-rule.ts';
import { payloadOf } from '../../command/input.ts';
import { draftsOf, inputPathOfRule, ruleCommandInput } from './shipping-rule-command.ts';

describe('the input of a rule', () => {
  it('keeps what its author wrote under its own names, and takes null within for not said', () => {
    const input = {
      name: 'Heavy',
      is_active: true,
      conditions: { address_type: { type: 'po_box' }, weight: null },
      further_actions: [{ type: 'prefer_carrier', within_percent: 5 }],
      condition: null,
    };
    expect(payloadOf('create_shipping_rule', ruleCommandInput(input))).toEqual({
      payload: {
        name: 'Heavy',
        isActive: true,
        rule: {
          conditions: { address_type: { type: 'po_box' } },
          furtherActions: [{ type: 'prefer_carrier', within_percent: 5 }],
          condition: null,
        },
      },
    });
  });

  it('is filled in by its template where it says nothing itself', () => {
    expect(filledRule({ name: 'Mine', template_slug: 'cheapest-option', priority: 7 })).toMatchObject({
      name: 'Mine',
      priority: 7,
      actions: { select_service: { strategy: 'cheapest' } },
    });
  });

  it('is a draft without what a draft has no use for', () => {
    expect(
      draftsOf([{ name: 'Try', metadata: { a: 1 }, is_active: false, actions: { block_service: true } }]),
    ).toEqual([{ name: 'Try', isActive: false, actions: { block_service: true } }]);
  });

  it.each([
    ['rule.furtherActions[0].type', 'further_actions[0].type'],
    ['rule.conditionsExtensions', 'conditions_extensions'],
    ['conditions.weight.min', 'conditions.weight.min'],
    ['priority', 'priority'],
  ])('has a refused field %s shown as %s', (path, shown) => {
    expect(inputPathOfRule(path)).toBe(shown);
  });
});
