import { violationsOf, type Check, type Disturbance, type Evidence, type Start } from './evidence.ts';
import { firedIn } from './slots.ts';

const violation = violationsOf('an accepted run is in the log, once');

/** Every start became its runs however often it was asked for, and no run is there that nobody asked for. */
export const checkAccepted: Check = (evidence) => {
  const { starts, runs } = evidence;
  const asked = starts.flatMap(({ answers }) => answers.flat());
  const askedFor = new Set([...asked, ...slotsRuns(evidence)]);
  const runsOfKeys = starts.reduce((sum, { answers: [first = []] }) => sum + first.length, 0);
  const unasked = [...runs.keys()].filter((id) => !askedFor.has(id));
  return [
    ...starts.flatMap((start) => flawsOf(start).map((flaw) => violation(start.key, flaw))),
    ...(new Set(asked).size < runsOfKeys ? [violation('all', 'two keys became one run')] : []),
    ...starts.flatMap((start) => lostOf(evidence, start)),
    ...unasked.map((id) => violation(id, 'is in the log, and nobody asked for it')),
  ];
};

const slotsRuns = ({ ledgers }: Evidence): readonly string[] =>
  [...ledgers.values()].flatMap((ledger) => firedIn(ledger).map(({ data }) => data.runId));

const flawsOf = ({ runs, answers }: Start): readonly string[] => {
  const different = new Set(answers.map((ids) => [...ids].sort().join(', ')));
  return [
    ...(different.size > 1 ? [`one key became ${[...different].join(' and ')}`] : []),
    ...(answers.some((ids) => ids.length !== runs) ? [`it did not become ${runs} runs each time`] : []),
  ];
};

const lostOf = ({ runs, disturbances }: Evidence, start: Start) => {
  if (mayBeLost(start, disturbances)) return [];
  return [...new Set(start.answers.flat())]
    .filter((id) => !runs.has(id))
    .map((id) => violation(id, 'was accepted, and the log does not have it'));
};

/** How long an event may be in NATS alone: command takes it in within milliseconds, after its death a lease later. */
const takenInMs = 20_000;

/** What NATS alone has is lost with its streams, and with a disk that goes with its process. */
const mayBeLost = ({ publishedMs }: Start, disturbances: readonly Disturbance[]): boolean =>
  publishedMs !== undefined &&
  disturbances.some(
    ({ part, fromMs, untilMs }) =>
      (part === 'nats' || part === 'all') && untilMs >= publishedMs && fromMs <= publishedMs + takenInMs,
  );
