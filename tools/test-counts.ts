/** The part of vitest's TestModule that counting takes. */
type Module = Readonly<{
  errors: () => readonly unknown[];
  children: Readonly<{
    allTests: () => Iterable<{ result: () => { state: string } }>;
    allSuites: () => Iterable<{ errors: () => readonly unknown[] }>;
  }>;
}>;

export type Counts = Readonly<{ passed: number; failed: number; skipped: number }>;

/**
 * A file that could not be loaded, a hook that failed and an error outside of any test each count as one
 * failed: they hide tests that would have run.
 */
export const countTests = (modules: readonly Module[], unhandledErrors: number): Counts => {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const withState = (state: string) => tests.filter((test) => test.result().state === state).length;
  const brokenModules = modules.filter(isBroken).length;
  return {
    passed: withState('passed'),
    failed: withState('failed') + brokenModules + unhandledErrors,
    skipped: withState('skipped'),
  };
};

const isBroken = (module: Module) =>
  module.errors().length > 0 || [...module.children.allSuites()].some((suite) => suite.errors().length > 0);

export const total = (counts: readonly Counts[]): Counts =>
  counts.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
