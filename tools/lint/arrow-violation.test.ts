import { describe, expect, it } from 'vitest';
import { arrowViolation } from './arrow-violation.ts';

const libs = new Set(['domain', 'contracts', 'messaging', 'testing']);
const from = (file: string, specifier: string) => arrowViolation({ file, specifier, libs });

describe('the arrows between packages', () => {
  it.each([
    ['services/query/src/main.ts', '@karrio/messaging'],
    ['libs/messaging/src/publish.ts', '@karrio/contracts'],
    ['libs/contracts/src/command.ts', '@karrio/domain'],
    ['services/query/src/projection/run.ts', '../config.ts'],
    ['services/query/test/rebuild.int.test.ts', '../src/service.ts'],
    ['services/query/test/rebuild.int.test.ts', '@karrio/testing'],
    ['libs/messaging/src/publish.test.ts', '@karrio/testing'],
    ['test/bench/src/main.ts', '@karrio/testing'],
    ['libs/domain/src/run/state.ts', 'zod'],
    ['tools/lint/plugin.ts', './arrows.ts'],
    ['vitest.config.ts', './anything.ts'],
  ])('allow %s to import %s', (file, specifier) => {
    expect(from(file, specifier)).toBeUndefined();
  });

  it.each([
    ['services/query/src/main.ts', '@karrio/gateway', 'is not a lib'],
    ['libs/messaging/src/publish.ts', '@karrio/gateway', 'is not a lib'],
    ['deploy/local/src/main.ts', '@karrio/gateway/src/service.ts', 'is not a lib'],
    ['libs/domain/src/run/state.ts', '@karrio/contracts', 'imports no other package'],
    ['libs/contracts/src/command.ts', '@karrio/messaging', 'import the domain alone'],
    ['services/query/src/main.ts', '../../gateway/src/service.ts', 'leaves services/query'],
    ['libs/messaging/src/publish.ts', '../../domain/src/event.ts', 'leaves libs/messaging'],
    ['test/e2e/crash.e2e.test.ts', '../../services/query/src/service.ts', 'leaves test/e2e'],
    ['services/query/src/service.ts', '@karrio/testing', 'for tests alone'],
  ])('refuse %s the import of %s', (file, specifier, reason) => {
    expect(from(file, specifier)).toContain(reason);
  });
});
