import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import type { MetafieldType } from './metafield.ts';
import { metafieldValueProblem } from './metafield-value.ts';

const good: readonly (readonly [MetafieldType, Json])[] = [
  ['text', ''],
  ['text', 'x'],
  ['password', 'x'],
  ['number', 0],
  ['number', -12.5],
  ['boolean', false],
  ['json', { a: [1] }],
  ['json', 12],
  ['json', '{"a": 1}'],
  ['json', '"text"'],
  ['date', '2024-02-29'],
  ['date_time', '2026-11-22T18:50:00Z'],
  ['date_time', '2026-11-22T18:50:00.123+02:00'],
  ['date_time', '2026-11-22T18:50'],
];

const bad: readonly (readonly [MetafieldType, Json])[] = [
  ['text', 12],
  ['password', { a: 1 }],
  ['number', '12'],
  ['number', true],
  ['boolean', 'true'],
  ['boolean', 1],
  ['json', '{a: 1}'],
  ['date', '2026-02-29'],
  ['date', '2026-2-1'],
  ['date', 20_260_201],
  ['date_time', '2026-11-22'],
  ['date_time', '2026-11-31T10:00:00Z'],
  ['date_time', '2026-11-22T25:00:00Z'],
  ['date_time', 'now'],
];

describe('a metafield’s value', () => {
  it.each(good)('of type %s may be %j', (type, value) => {
    expect(metafieldValueProblem(type, value)).toBeUndefined();
  });

  it.each(bad)('of type %s may not be %j', (type, value) => {
    expect(metafieldValueProblem(type, value)).toMatch(/needed|must be/);
  });

  it('is not set as null, whatever the type', () => {
    for (const [type] of good) expect(metafieldValueProblem(type, null)).toBeUndefined();
  });

  it('has at most 1 MB', () => {
    expect(metafieldValueProblem('text', 'x'.repeat(1_048_570))).toBeUndefined();
    expect(metafieldValueProblem('text', 'x'.repeat(1_048_576))).toContain('1 MB');
  });

  it('is never said in what is wrong with it, since it may be a secret', () => {
    for (const type of ['number', 'boolean', 'json', 'date', 'date_time'] as const) {
      expect(metafieldValueProblem(type, 'hunter{2')).not.toContain('hunter');
    }
  });
});
