import { describe, expect, it } from 'vitest';
import { countTests, total } from './test-counts.ts';

const test = (state: string) => ({ result: () => ({ state }) });

type Part = Readonly<{
  states?: readonly string[];
  errors?: readonly unknown[];
  suiteErrors?: readonly unknown[];
}>;

const aModule = ({ states = [], errors = [], suiteErrors = [] }: Part) => ({
  errors: () => errors,
  children: {
    allTests: () => states.map(test),
    allSuites: () => [{ errors: () => suiteErrors }],
  },
});

describe('the counts of a test run', () => {
  it('add up over files and stages', () => {
    const unit = countTests(
      [aModule({ states: ['passed', 'failed'] }), aModule({ states: ['passed', 'skipped'] })],
      0,
    );
    expect(unit).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(total([unit, { passed: 3, failed: 0, skipped: 0 }])).toEqual({ passed: 5, failed: 1, skipped: 1 });
  });

  it('hold a file that could not be loaded for a failure, though no test of it failed', () => {
    expect(countTests([aModule({ errors: [new Error('not found')] })], 0).failed).toBe(1);
  });

  it('hold a hook that failed for a failure, since it skips its tests', () => {
    expect(
      countTests([aModule({ states: ['skipped'], suiteErrors: [new Error('refused')] })], 0).failed,
    ).toBe(1);
  });

  it('hold an error outside of any test for a failure', () => {
    expect(countTests([aModule({ states: ['passed'] })], 2).failed).toBe(2);
  });
});
