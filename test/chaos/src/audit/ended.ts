import { evolveRun, noRun, parkCauses } from '@karrio/domain';
import { violationsOf, type Check, type Fact } from './evidence.ts';

const violation = violationsOf('a run ends, and then nothing more happens to it');

const ends: ReadonlySet<string> = new Set(['RunSucceeded', 'RunFailed', 'RunAborted', 'RunCancelled']);
const causes: ReadonlySet<string> = new Set(parkCauses);

/**
 * No run is stuck, what was parked went on when it was settled, and each stream is whole: from its request to one
 * end, after which only late answers come.
 */
export const checkEnded: Check = ({ runs }) =>
  [...runs].flatMap(([id, facts]) => {
    const flaw = flawOf(facts);
    return flaw === undefined ? [] : [violation(id, flaw)];
  });

const flawOf = (facts: readonly Fact[]): string | undefined => {
  const gap = facts.findIndex(({ revision }, index) => revision !== index);
  if (gap !== -1) return `its stream has revision ${facts[gap]?.revision} in the place of ${gap}`;
  if (facts[0]?.type !== 'RunRequested') return 'its stream does not begin with its request';
  const undeclared = facts.find((fact) => fact.type === 'RunParked' && !causes.has(fact.data.cause));
  if (undeclared) return 'it was parked for an undeclared cause';
  const end = facts.findIndex(({ type }) => ends.has(type));
  if (end === -1) return stuck(facts);
  const after = facts.slice(end + 1).find(({ type }) => type !== 'ActionCompletedLate');
  return after && `${after.type} follows its end`;
};

const stuck = (facts: readonly Fact[]): string => {
  const run = facts.reduce(evolveRun, noRun);
  if (run.status !== 'open') return `it is ${run.status} without an end`;
  const { parked } = run;
  return parked
    ? `it is parked for ${parked.cause}, though all that was parked is settled`
    : `it is stuck behind ${facts.at(-1)?.type}`;
};
