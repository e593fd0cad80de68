import { violationsOf, type Check, type Disturbance, type Violation } from './evidence.ts';
import { ledgerOf, type AttemptOutcome, type Entry } from './ledger.ts';

const violation = violationsOf('unknown outcomes are declared, all of them and no others');

/** An outcome is declared unknown only where an answer may have been lost, and no lost answer goes unmentioned. */
export const checkUnknowns: Check = ({ runs, requests, disturbances }) =>
  [...ledgerOf(runs, requests).values()].flatMap((entry) => [
    ...unfounded(entry, disturbances),
    ...silent(entry),
  ]);

/** Without these an executor has its answer and records it. */
const partsThatLose: ReadonlySet<string> = new Set(['executor', 'nats', 'event-store', 'all']);

const unfounded = (entry: Entry, disturbances: readonly Disturbance[]): readonly Violation[] =>
  entry.outcomes
    .filter(({ is }) => is === 'unknown')
    .filter((unknown) => {
      const fromMs = startOf(entry, unknown);
      const isDisturbed = disturbances.some(
        ({ part, ...when }) =>
          partsThatLose.has(part) && when.fromMs <= unknown.atMs && when.untilMs >= fromMs,
      );
      return !isDisturbed && !during(entry, unknown).some(({ answer }) => answer === 'lost');
    })
    .map(({ attempt }) =>
      violation(entry.key, `attempt ${attempt} is declared unknown, and no answer was lost`),
    );

const silent = (entry: Entry): readonly Violation[] => {
  const { key, started, outcomes, requests } = entry;
  const flaws: string[] = [];
  for (const { attempt } of started) {
    const count = outcomes.filter((outcome) => outcome.attempt === attempt).length;
    if (count !== 1) flaws.push(`attempt ${attempt} has ${count} outcomes`);
  }
  const answered = outcomes.filter(({ hasAnswer }) => hasAnswer);
  for (const outcome of answered) {
    const isHeard = during(entry, outcome).some(({ answer }) => answer === 'answered');
    if (!isHeard) flaws.push(`attempt ${outcome.attempt} has an answer that nobody gave`);
  }
  const lost = requests.filter(({ answer }) => answer === 'lost').length;
  const unanswered = outcomes.length - answered.length;
  if (lost > unanswered) flaws.push(`${lost} answers were lost, and ${unanswered} attempts say so`);
  return flaws.map((flaw) => violation(key, flaw));
};

const startOf = ({ started }: Entry, { attempt }: AttemptOutcome): number =>
  started.find((start) => start.attempt === attempt)?.atMs ?? Number.POSITIVE_INFINITY;

const during = (entry: Entry, outcome: AttemptOutcome) => {
  const fromMs = startOf(entry, outcome);
  return entry.requests.filter(({ atMs }) => atMs >= fromMs && atMs <= outcome.atMs);
};
