import { defineConfig } from 'vitest/config';

const setup = './libs/testing/src/setup.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{libs,services,deploy,test}/**/src/**/*.test.ts', 'tools/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'int',
          include: ['**/test/*.int.test.ts'],
          globalSetup: setup,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.test.ts'],
          globalSetup: setup,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file runs a system of some ten processes.
          fileParallelism: false,
        },
      },
    ],
  },
});
