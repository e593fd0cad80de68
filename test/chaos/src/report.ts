import { evolveRun, noRun, type Event } from '@karrio/domain';
import type { Streams } from './audit/evidence.ts';
import type { ChaosResult } from './chaos.ts';

const shownMax = 40;

/** What happened, in figures, and what contradicts a promise. */
export const report = ({ violations, evidence }: ChaosResult): string => {
  const { runs, requests, disturbances } = evidence;
  const facts = [...runs.values()].flat();
  const ends = [...runs.values()].map((events) => {
    const run = events.reduce(evolveRun, noRun);
    if (run.status === 'ended') return run.as;
    return run.status === 'open' && run.parked ? `parked (${run.parked.cause})` : 'not ended';
  });
  const repeated = requests.length - new Set(requests.map(({ key }) => key)).size;
  const lines = [
    `runs: ${counts(ends)}`,
    `harm: ${counts(disturbances.map(({ part, kind }) => `${part} ${kind}`))}`,
    `facts: ${counts(facts.map(({ type }) => type))}`,
    `slots: ${counts(linesOf(evidence.ledgers))}`,
    `decisions: ${counts(linesOf(evidence.decisions))}`,
    `backtests: ${counts(linesOf(evidence.backtests))}`,
    `announced: ${counts([...evidence.announced.values()].map((subject) => subject.split('.').slice(2).join('.')))}`,
    `pauses: ${counts(linesOf(evidence.pauses))}`,
    `requests: ${requests.length} arrived, ${repeated} of them repeated, ` +
      `${requests.filter(({ answer }) => answer === 'lost').length} without an answer`,
    `rows compared: ${[...evidence.rebuilt.values()].reduce((sum, rows) => sum + rows.length, 0)}`,
    `violations: ${violations.length}`,
    ...violations.slice(0, shownMax).map(({ guarantee, about, what }) => `  ${guarantee}: ${about}: ${what}`),
  ];
  return lines.join('\n');
};

const linesOf = (streams: Streams<Event>): readonly string[] =>
  [...streams.values()].flat().map(({ type, data }) => {
    const why = typeof data === 'object' && data !== null && 'why' in data ? ` (${String(data.why)})` : '';
    return type + why;
  });

const counts = (names: readonly string[]): string =>
  [...Map.groupBy(names, (name) => name)]
    .map(([name, { length }]) => `${length} ${name}`)
    .sort()
    .join(', ');
