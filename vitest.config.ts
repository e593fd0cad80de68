import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/longest-first.ts';

const setup = './libs/testing/src/setup.ts';
const int = '**/*.int.test.ts';
const e2e = '**/*.e2e.test.ts';
const never = ['**/node_modules/**', '.data/**'];

const cores = availableParallelism();

/** Vite would take graphql's ES build, while its dependents take the other one: two realms, which it refuses. */
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...never, int, e2e],
          maxWorkers: cores,
          // Pure code has no state to hand on; loading it anew for each file took three quarters of the time.
          isolate: false,
          // Only against what hangs: a password's hash takes seconds on cores that others use.
          testTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'int',
          include: [int],
          exclude: never,
          globalSetup: setup,
          // Above the patience of `eventually`, so that what did not come true is named, and above what ten seconds
          // become on cores that thirty others want.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // They wait for servers more than they compute.
          maxWorkers: cores + 1,
        },
      },
      {
        test: {
          name: 'e2e',
          include: [e2e],
          exclude: never,
          globalSetup: './test/e2e/support/setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each of the longer ones runs a system of some ten processes, and waits for what it does to it.
          maxWorkers: 2,
        },
      },
    ],
  },
});
