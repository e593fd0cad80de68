import { expect, it } from 'vitest';
import { derivedId, newId } from './id.ts';

it('derives the same id from the same parts, and another from others', () => {
  expect(derivedId('run', 'wtrg_1', 'delivery-1')).toBe(derivedId('run', 'wtrg_1', 'delivery-1'));
  expect(derivedId('run', 'wtrg_1', 'delivery-1')).not.toBe(derivedId('run', 'wtrg_1', 'delivery-2'));
});

it('keeps the borders between parts', () => {
  expect(derivedId('run', 'a', 'bc')).not.toBe(derivedId('run', 'ab', 'c'));
});

it('makes ids of a prefix and 32 hex digits', () => {
  expect(newId('run')).toMatch(/^wevt_[0-9a-f]{32}$/);
  expect(derivedId('workflow', 'x')).toMatch(/^wkfl_[0-9a-f]{32}$/);
});
