import { evolveRun, noRun, type RunConclusion, type RunState } from '@karrio/domain';
import { violationsOf, type Check, type Fact, type ShownRun } from './evidence.ts';

const violation = violationsOf('GraphQL shows what the events of a run fold to');

export const checkShown: Check = ({ runs, shown }) =>
  [...runs].flatMap(([id, facts]) => {
    const seen = shown.get(id);
    if (!seen) return [violation(id, 'is not shown')];
    const meant = JSON.stringify(expected(id, facts));
    const read = JSON.stringify(inOrder(seen));
    return read === meant ? [] : [violation(id, `is shown as ${read}, and its events say ${meant}`)];
  });

const statuses = {
  RunSucceeded: 'success',
  RunFailed: 'failed',
  RunAborted: 'aborted',
  RunCancelled: 'cancelled',
} as const satisfies Readonly<Record<RunConclusion['type'], string>>;

const inOrder = ({ id, status, state, failure, attempts }: ShownRun) => ({
  id,
  status,
  state,
  failure: failure && `${failure.code} ${failure.action ?? ''}`,
  attempts: [...attempts].sort(),
});

const expected = (id: string, facts: readonly Fact[]) => {
  const run = facts.reduce(evolveRun, noRun);
  return { id, ...fateOf(run), failure: failureOf(facts), attempts: attemptsOf(facts) };
};

const fateOf = (run: RunState): Readonly<{ status: string; state: string | null }> => {
  if (run.status === 'ended') {
    return { status: statuses[run.as], state: isUnknown(run) ? 'outcome_unknown' : null };
  }
  if (run.status === 'absent') return { status: 'absent', state: null };
  return { status: run.startedAt === undefined ? 'pending' : 'running', state: run.parked ? 'parked' : null };
};

/** A run failed for an unknown outcome where its policy says so. */
const isUnknown = (run: Extract<RunState, { status: 'ended' }>): boolean =>
  run.as === 'RunFailed' &&
  [...run.actions.values()].some(({ is }) => is === 'unknown') &&
  ![...run.actions.values()].some(({ is }) => is === 'failed');

const failureOf = (facts: readonly Fact[]): string | null => {
  const end = facts.find(({ type }) => type === 'RunFailed' || type === 'RunAborted');
  if (end?.type === 'RunFailed') return `${end.data.failure.code} ${end.data.failure.action ?? ''}`;
  return end?.type === 'RunAborted' ? `condition-false ${end.data.condition}` : null;
};

const withoutRow: ReadonlySet<string> = new Set(['ActionProbed', 'ActionSettled', 'ActionCompletedLate']);

const attemptsOf = (facts: readonly Fact[]): readonly string[] => {
  const attempts = facts.flatMap(({ type, data }) =>
    'attempt' in data && !withoutRow.has(type) ? [`${data.slug}#${data.attempt}`] : [],
  );
  return [...new Set(attempts)].sort();
};
