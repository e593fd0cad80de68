import { violationsOf, type Check, type Evidence, type Fact } from './evidence.ts';

const violation = violationsOf('what people do to a run holds');

/** From a cancellation, a pause or a parking on no action begins; a cancellation ends the run; none was lost. */
export const checkControlled: Check = (evidence) => [
  ...[...evidence.runs].flatMap(([id, facts]) => flawsOf(facts).map((flaw) => violation(id, flaw))),
  ...lostActs(evidence),
];

const brakes: Readonly<Partial<Record<Fact['type'], string>>> = {
  RunCancelRequested: 'cancelled',
  RunPaused: 'paused',
  RunParked: 'parked',
};
const releases: Readonly<Partial<Record<Fact['type'], string>>> = {
  RunResumed: 'paused',
  RunRedriven: 'parked',
  ActionSettled: 'parked',
};

const flawsOf = (facts: readonly Fact[]): readonly string[] => {
  const held = new Set<string>();
  const flaws: string[] = [];
  for (const { type } of facts) {
    const brake = brakes[type];
    if (brake !== undefined) held.add(brake);
    held.delete(releases[type] ?? '');
    if (type === 'ActionStarted' && held.size > 0) {
      flaws.push(`an action began though it was ${[...held].join(' and ')}`);
    }
    if (isOtherEnd(type) && held.has('cancelled')) flaws.push(`it was cancelled and ended as ${type}`);
  }
  return flaws;
};

const isOtherEnd = (type: Fact['type']): boolean =>
  type === 'RunSucceeded' || type === 'RunFailed' || type === 'RunAborted';

const doneBy = { cancel: 'RunCancelRequested', pause: 'RunPaused', resume: 'RunResumed' } as const;

/** Whoever was told that it is done finds it in the log; to resume what was not paused does nothing. */
const lostActs = ({ acts, runs }: Evidence) =>
  acts
    .filter(({ kind, runId }) => {
      const types = (runs.get(runId) ?? []).map(({ type }) => type);
      const isNothing = kind === 'resume' && !types.includes('RunPaused');
      return !isNothing && !types.includes(doneBy[kind]);
    })
    .map(({ kind, runId }) => violation(runId, `the ${kind} that was accepted is not in the log`));
