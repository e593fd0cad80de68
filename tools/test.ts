import { parseCLI, startVitest } from 'vitest/node';
import { flakyTests } from './flaky-tests.ts';
import { countTests, total, type Counts } from './test-counts.ts';

/** Quick ones first. Each stage runs whatever the one before gave, so that one run tells all. */
const stages = ['unit', 'int', 'e2e'] as const;

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const asked = [options.project ?? []].flat();
const unknown = asked.filter((name) => !stages.some((stage) => stage === name));
if (unknown.length > 0) {
  console.error(`There is no project ${unknown.join(', ')}. Choose from ${stages.join(', ')}.`);
  process.exit(2);
}

/**
 * On a shared machine one of some thousand tests that run processes may lose a race of its own. The gate tries
 * such a one again and tells so; pure tests and a developer's machine get no second chance.
 */
const retry = (stage: (typeof stages)[number]) => (process.env['CI'] && stage !== 'unit' ? 1 : 0);

const counts: Counts[] = [];
const flaky: string[] = [];
for (const stage of stages) {
  if (asked.length > 0 && !asked.includes(stage)) continue;
  process.exitCode = undefined;
  const vitest = await startVitest(filter, {
    ...options,
    project: stage,
    watch: false,
    passWithNoTests: true,
    retry: retry(stage),
  });
  flaky.push(...flakyTests(vitest.state.getTestModules()));
  const count = countTests(vitest.state.getTestModules(), vitest.state.getUnhandledErrors().length);
  await vitest.close();
  // A stage can fail with no test to blame: its servers did not start, say.
  counts.push(process.exitCode && count.failed === 0 ? { ...count, failed: 1 } : count);
}

for (const test of flaky) console.log(`passed only the second time: ${test}`);
const { passed, failed, skipped } = total(counts);
if (passed + failed === 0) console.log('No test was run: nothing matches what was asked for.');
if (skipped > 0) console.log(`${skipped} skipped`);
console.log(
  `${passed} passed${flaky.length > 0 ? ` (${flaky.length} the second time)` : ''}, ${failed} failed`,
);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
