import { expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

it.each([
  [['status'], { command: 'status' }],
  [['rotate-master'], { command: 'rotate-master' }],
  [['rotate-data-key', 'org_1'], { command: 'rotate-data-key', org: 'org_1' }],
  [['destroy', 'org_1', '--yes'], { command: 'destroy', org: 'org_1' }],
])('reads %j', (given, request) => {
  expect(readArguments(given)).toEqual(request);
});

it.each([
  [[], 'Usage'],
  [['explode'], 'Usage'],
  [['status', 'org_1'], 'no arguments'],
  [['rotate-data-key'], 'Say whose'],
  [['destroy', 'org_1'], '--yes'],
])('refuses %j, saying what is missing', (given, said) => {
  expect(readArguments(given)).toEqual({ refused: expect.stringContaining(said) });
});
