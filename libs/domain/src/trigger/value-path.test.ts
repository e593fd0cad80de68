import { describe, expect, it } from 'vitest';
import { valueAt, valuePathProblem } from './value-path.ts';

const body = { id: 7, order: { lines: [{ sku: 'a' }, { sku: 'b' }], '@ref': 'x', 'tax-id': null } };

describe('a path into a value', () => {
  it.each([
    ['id', 7],
    ['$.id', 7],
    ['order.lines[1].sku', 'b'],
    ['$.order.lines[0].sku', 'a'],
    ['order.@ref', 'x'],
    ['order.tax-id', null],
    ['order.lines', body.order.lines],
    ['order.lines[2].sku', undefined],
    ['order.lines.length', undefined],
    ['id.more', undefined],
    ['__proto__', undefined],
    ['constructor.name', undefined],
  ])('%s finds what stands there: %j', (path, expected) => {
    expect(valuePathProblem(path)).toBeUndefined();
    expect(valueAt(body, path)).toEqual(expected);
  });

  it('begins in a list with a position', () => {
    expect(valueAt(['a', { id: 1 }], '[1].id')).toBe(1);
    expect(valueAt(['a', { id: 1 }], '$[0]')).toBe('a');
  });

  it.each(['', '$', '.', 'a..b', 'a.', 'a[b]', 'a[0', '$..id', 'a[?(@.b)]', 'a b', 'x'.repeat(201)])(
    'is not %j',
    (path) => expect(valuePathProblem(path)).toContain('such as order.id'),
  );
});
