import { expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

it.each([
  ['verify', { command: 'verify', org: undefined, keptHeads: undefined }],
  ['verify --kept heads.txt org_1', { command: 'verify', org: 'org_1', keptHeads: 'heads.txt' }],
  ['heads', { command: 'heads' }],
  ['export org_1', { command: 'export', org: 'org_1' }],
  ['verify-file audit.jsonl', { command: 'verify-file', path: 'audit.jsonl' }],
])('npm run audit -- %s is understood', (line, request) => {
  expect(readArguments(line.split(' '))).toEqual(request);
});

it.each([
  '',
  'verify org_1 --hash',
  'verify --kept',
  'verify org_1 org_2',
  'heads org_1',
  'export',
  'export org_1 org_2',
  'verify-file',
])('npm run audit -- %s is refused with how to use it', (line) => {
  expect(readArguments(line.split(' ').filter(Boolean))).toEqual({
    refused: expect.stringContaining('Usage:'),
  });
});
