import { describe, expect, it } from 'vitest';
import { flakyTests } from './flaky-tests.ts';

const aTest = (fullName: string, flaky: boolean | undefined, messages: readonly string[] = []) => ({
  fullName,
  diagnostic: () => (flaky === undefined ? undefined : { flaky }),
  result: () => ({ errors: messages.map((message) => ({ message })) }),
});

describe('a test that passed only when it was tried again', () => {
  it('is told with its file and what it failed of, and no other is', () => {
    const allTests = () => [
      aTest('a run > ends', false),
      aTest('a run > waits', true, ['expected 1 to be 2']),
      aTest('a run > fails', false, ['expected 2 to be 3']),
      aTest('a run > was not tried', undefined),
    ];
    expect(flakyTests([{ relativeModuleId: 'test/run.int.test.ts', children: { allTests } }])).toEqual([
      'test/run.int.test.ts > a run > waits\n  expected 1 to be 2',
    ]);
  });
});
