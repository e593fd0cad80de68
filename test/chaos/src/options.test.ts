import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

it('takes its size and seed from the arguments', () => {
  const args = ['--', '--runs', '10', '--seconds', '20', '--rounds', '1', '--seed', '7'];
  expect(parseOptions(args, 1)).toEqual({ runs: 10, seconds: 20, rounds: 1, seed: 7 });
  expect(parseOptions([], 42)).toMatchObject({ seed: 42 });
});

it.each([
  ['--runs', '0'],
  ['--seed', 'x'],
  ['--rounds', '1.5'],
])('refuses %s %s', (option, value) => {
  expect(() => parseOptions([option, value], 1)).toThrow(`${option} takes whole numbers`);
});
