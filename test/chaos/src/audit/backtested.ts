import { backtestOf } from '@karrio/domain';
import { violationsOf, type Check, type Evidence } from './evidence.ts';

const violation = violationsOf('a backtest that was accepted is finished, whoever of its processes dies');

/** Each is in the log and ends once, and nobody goes on with one whose process was left alone. */
export const checkBacktested: Check = (evidence) => [
  ...evidence.tried
    .filter((id) => !evidence.backtests.has(id))
    .map((id) => violation(id, 'was accepted, and the log does not have it')),
  ...[...evidence.backtests.keys()].flatMap((id) => flawsOf(evidence, id).map((flaw) => violation(id, flaw))),
];

/** Whether nothing is to be expected of any of them. */
export const areOver = ({ backtests }: Pick<Evidence, 'backtests'>): boolean =>
  [...backtests.values()].every((events) => backtestOf(events)?.status !== 'running');

const ends: ReadonlySet<string> = new Set(['BacktestFinished', 'BacktestFailed']);

const flawsOf = ({ backtests, disturbances }: Evidence, id: string): readonly string[] => {
  const events = backtests.get(id) ?? [];
  const backtest = backtestOf(events);
  if (!backtest) return ['its stream does not begin with its start'];
  const end = events.findIndex(({ type }) => ends.has(type));
  const startedMs = Date.parse(backtest.started.at);
  const isHarmed = disturbances.some(({ untilMs }) => untilMs >= startedMs);
  return [
    ...(backtest.status === 'finished' ? [] : [`it is ${backtest.status}: ${backtest.message ?? 'no end'}`]),
    ...(end === -1 || end === events.length - 1 ? [] : [`${events[end + 1]?.type} follows its end`]),
    ...(backtest.resumptions === 0 || isHarmed ? [] : ['it was gone on with, and nothing had been harmed']),
  ];
};
