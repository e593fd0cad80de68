import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const runbook = readFileSync(resolve(root, 'docs/runbooks/failure-modes.md'), 'utf8');

/** Where the failures of runs and actions are made. */
const sources = globSync('{libs/{actions,domain/src/run},services/executor/src}/**/*.ts', { cwd: root });

it('every code that a run or an action can fail with says in the runbook what to do', () => {
  const headings = new Set([...runbook.matchAll(/^### (\S+)/gm)].map(([, heading]) => heading));
  const codes = sources
    .filter((path) => !/node_modules|\.(?:test|fixture)\.ts$|refus/.test(path))
    .flatMap((path) => [
      ...readFileSync(resolve(root, path), 'utf8').matchAll(/\bcode: '([a-z]+(?:-[a-z]+)*)'/g),
    ])
    .map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(20);
  expect([...new Set(codes)].filter((code) => !headings.has(code) && code !== 'custom')).toEqual([]);
});
