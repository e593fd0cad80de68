import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes ten seconds and more on a quiet machine, longest first. */
const longest = [
  'test/chaos/test/chaos.e2e.test.ts',
  'test/e2e/recovery.e2e.test.ts',
  'test/e2e/isolation.e2e.test.ts',
  'test/e2e/control.e2e.test.ts',
  'deploy/local/test/launcher.int.test.ts',
  'services/scheduler/test/schedule.int.test.ts',
  'services/scheduler/test/scheduler.int.test.ts',
  'libs/messaging/test/lease.int.test.ts',
  'services/event-store/test/durability.int.test.ts',
  'services/command/test/audit.int.test.ts',
  'services/rules/test/rules.int.test.ts',
  'services/executor/test/run.int.test.ts',
  'services/event-store/test/durability-power-loss.int.test.ts',
  'services/event-store/test/access.int.test.ts',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = longest.findIndex((path) => moduleId.endsWith(path));
  return rank === -1 ? longest.length : rank;
};

/** A long file that begins last runs alone at the end, while the other cores have nothing to do. */
// oxlint-disable-next-line karrio/error-classes -- vitest takes a class
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
