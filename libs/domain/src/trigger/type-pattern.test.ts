import { describe, expect, it } from 'vitest';
import { matchesType, typePatternProblem } from './type-pattern.ts';

describe('a pattern of event types', () => {
  it.each([
    ['order.created', 'order.created', true],
    ['order.created', 'order.create', false],
    ['order.created', 'order.created.twice', false],
    ['order.*', 'order.created', true],
    ['order.*', 'order', false],
    ['order.*', 'order.line.added', false],
    ['*.created', 'order.created', true],
    ['shipment.>', 'shipment.tracking.updated', true],
    ['shipment.>', 'shipment.sent', true],
    ['shipment.>', 'shipment', false],
    ['shipment.>', 'shipments.sent', false],
    ['>', 'anything', true],
    ['com.shop.*.>', 'com.shop.eu.order.created', true],
    ['com.shop.*.>', 'com.shop.eu', false],
    // A dot in a pattern is a dot, and nothing in it is a regular expression.
    ['order.c', 'orderXc', false],
    ['a+.b', 'aa.b', false],
  ])('%s on %s: %s', (pattern, type, expected) => {
    expect(matchesType(pattern, type)).toBe(expected);
  });

  it.each(['order', 'order.*', 'com.shop.>', '>', '*', 'bestellung.geändert', 'a-b.c_d'])(
    'may be %s',
    (pattern) => {
      expect(typePatternProblem(pattern)).toBeUndefined();
    },
  );

  it.each([
    ['', 'an empty word'],
    ['order..created', 'an empty word'],
    ['order.', 'an empty word'],
    ['>.created', 'comes last'],
    ['order.cre*', '"cre*"'],
    ['order created', '"order created"'],
  ])('may not be %j, and it is said why', (pattern, reason) => {
    expect(typePatternProblem(pattern)).toContain(reason);
  });
});
