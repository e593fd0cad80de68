import { violationsOf, type Check } from './evidence.ts';

const violation = violationsOf('runs go on without Postgres');

/** Work that was in flight when Postgres stopped ends within this time anyway. */
export const settlingMs = 1_000;

/** In every time without Postgres some runs ended; that the tables caught up after is checked by the others. */
export const checkWithoutPostgres: Check = ({ runs, disturbances }) => {
  const endsMs = [...runs.values()].flatMap((facts) =>
    facts.flatMap(({ type, data }) =>
      type === 'RunSucceeded' || type === 'RunAborted' ? [Date.parse(data.at)] : [],
    ),
  );
  return disturbances
    .filter(({ part, kind }) => part === 'postgres' && kind === 'away')
    .filter(
      ({ fromMs, untilMs }) => !endsMs.some((endMs) => endMs >= fromMs + settlingMs && endMs <= untilMs),
    )
    .map(({ fromMs }) => violation(new Date(fromMs).toISOString(), 'no run ended while Postgres was away'));
};
