import type { SlotEvent } from '@karrio/domain';
import { clockOf, instants, type Clock } from './clock.ts';
import { violationsOf, type Check, type Evidence, type Placed } from './evidence.ts';

const violation = violationsOf('each slot of a schedule is decided once, and its run is the only one');

type Line<Type extends SlotEvent['type']> = Extract<SlotEvent, { readonly type: Type }>;
export type FiredSlot = Placed<Line<'OccurrenceFired' | 'OccurrenceCaughtUp'>>;

export const firedIn = (ledger: readonly Placed<SlotEvent>[]): readonly FiredSlot[] =>
  ledger.filter(
    (line): line is FiredSlot => line.type === 'OccurrenceFired' || line.type === 'OccurrenceCaughtUp',
  );

/** The runs that are not in the log, by the positions of the lines that say so. */
export const refusedIn = (ledger: readonly Placed<SlotEvent>[]): ReadonlyMap<string, bigint> =>
  new Map(
    ledger.flatMap(({ type, data, position }) =>
      type === 'OccurrenceRefused' ? [[data.runId, position] as const] : [],
    ),
  );

/** No slot is missing in a ledger, none is there twice, and those that were fired are the runs of the trigger. */
export const checkSlots: Check = (evidence) =>
  [...evidence.triggers].flatMap(([id, changes]) => {
    const clock = clockOf(changes);
    if (!clock) return [];
    const ledger = evidence.ledgers.get(id) ?? [];
    const flaws = [
      ...flawsOfSlots(clock, ledger),
      ...flawsOfReasons(clock, ledger),
      ...flawsOfRuns(evidence, id, ledger),
    ];
    return flaws.map((flaw) => violation(id, flaw));
  });

/** Whether all slots up to where the trigger was stopped are in its ledger. */
export const isLedgerWhole = ({ triggers, ledgers }: Pick<Evidence, 'triggers' | 'ledgers'>): boolean =>
  [...triggers].every(([id, changes]) => {
    const clock = clockOf(changes);
    return !clock || flawsOfSlots(clock, ledgers.get(id) ?? []).length === 0;
  });

/** What its ledger says of a slot, in order. `queued` is no end: its turn comes, or another takes its place. */
const ends: ReadonlySet<string> = new Set([
  'on-time',
  'caught-up',
  'skipped',
  'queued,fired',
  'queued,skipped',
]);

/** A pause has its time before it is in the log, and a scheduler hears of it when it reads on. */
const unheardMs = 5_000;

const flawsOfSlots = (clock: Clock, ledger: readonly SlotEvent[]): readonly string[] => {
  const said = new Map<number, string[]>();
  const say = (atMs: number, what: string) => said.set(atMs, [...(said.get(atMs) ?? []), what]);
  for (const line of ledger) for (const [atMs, what] of linesOf(clock, line)) say(atMs, what);
  const [first] = clock.on;
  const last = clock.on.at(-1);
  const meant = new Set(first && last ? instants(clock, first.fromMs, last.untilMs) : []);
  const unheard = new Set(last ? instants(clock, last.untilMs, last.untilMs + unheardMs) : []);
  return [...new Set([...meant, ...said.keys()])].flatMap((atMs) => {
    const slot = new Date(atMs).toISOString();
    const what = said.get(atMs)?.join(',');
    if (what === undefined) return [`slot ${slot} is not in its ledger`];
    if (!meant.has(atMs) && !unheard.has(atMs)) return [`slot ${slot} is none, and was ${what}`];
    return ends.has(what) ? [] : [`slot ${slot} was ${what}`];
  });
};

const linesOf = (clock: Clock, line: SlotEvent): readonly (readonly [number, string])[] => {
  switch (line.type) {
    case 'OccurrenceFired':
      return [[dueOf(line.data), line.data.kind === 'queued' ? 'fired' : 'on-time']];
    case 'OccurrenceCaughtUp':
      return [[dueOf(line.data), 'caught-up']];
    case 'OccurrenceQueued':
      return [[dueOf(line.data), 'queued']];
    case 'OccurrenceSkipped':
      return slotsOf(clock, line.data).map((atMs) => [atMs, 'skipped'] as const);
    case 'OccurrenceRefused':
      return [];
  }
};

const dueOf = ({ slot }: Readonly<{ slot: Readonly<{ dueAt: string }> }>): number => Date.parse(slot.dueAt);

const slotsOf = (clock: Clock, { first, last }: Line<'OccurrenceSkipped'>['data']): readonly number[] =>
  instants(clock, Date.parse(first.dueAt) - 1, Date.parse(last.dueAt));

/** What is later than this was missed. */
const lateMs = 60_000;

const flawsOfReasons = (clock: Clock, ledger: readonly SlotEvent[]): readonly string[] =>
  ledger.flatMap((line): readonly string[] => {
    const decidedMs = Date.parse(line.data.at);
    switch (line.type) {
      case 'OccurrenceCaughtUp':
        return decidedMs - dueOf(line.data) > lateMs
          ? []
          : [`slot ${line.data.slot.name} was caught up in time`];
      case 'OccurrenceRefused': {
        // A pause came between its decision and its run.
        const isPaused = line.data.code === 'inactive' && isOffBefore(clock, decidedMs);
        return isPaused ? [] : [`the run of slot ${line.data.slot.name} was refused: ${line.data.code}`];
      }
      case 'OccurrenceFired': {
        // What was due before a pause may be decided in it, after a death.
        const isOn = clock.on.some(({ fromMs, untilMs }) => {
          const dueMs = dueOf(line.data);
          return dueMs > fromMs && (dueMs <= untilMs || decidedMs - unheardMs <= untilMs);
        });
        if (decidedMs < dueOf(line.data)) return [`slot ${line.data.slot.name} was fired before its time`];
        return isOn ? [] : [`slot ${line.data.slot.name} was fired during a pause`];
      }
      case 'OccurrenceSkipped':
        return flawsOfSkip(clock, line);
      case 'OccurrenceQueued':
        return [];
    }
  });

/** Whether it was off at a time, or shortly before. */
const isOffBefore = ({ on }: Clock, atMs: number): boolean =>
  on.some(({ untilMs }, index) => untilMs <= atMs && atMs <= (on[index + 1]?.fromMs ?? Infinity) + unheardMs);

const flawsOfSkip = (clock: Clock, { data }: Line<'OccurrenceSkipped'>): readonly string[] => {
  const { first, last, why, count, isMore } = data;
  const name = `slots ${first.name} to ${last.name}`;
  const slots = slotsOf(clock, data);
  if (count !== slots.length || isMore) return [`${name} are ${slots.length}, and its ledger says ${count}`];
  const isOff = (atMs: number) => !clock.on.some(({ fromMs, untilMs }) => atMs > fromMs && atMs <= untilMs);
  switch (why) {
    case 'paused':
      // One that waited for its turn is skipped by a pause, too.
      return count === 1 || slots.every(isOff) ? [] : [`${name} were skipped as paused, and they were not`];
    case 'missed':
      return Date.parse(data.at) - Date.parse(last.dueAt) > lateMs ? [] : [`${name} were missed in time`];
    case 'overlap':
    case 'superseded':
      return [];
    default:
      return [`${name} were skipped as ${why}`];
  }
};

const flawsOfRuns = (
  { runs }: Pick<Evidence, 'runs'>,
  triggerId: string,
  ledger: readonly Placed<SlotEvent>[],
): readonly string[] => {
  const slots = new Map(firedIn(ledger).map(({ data }) => [data.runId, data.slot.name]));
  const refused = refusedIn(ledger);
  const lost = [...slots].filter(([runId]) => runs.has(runId) === refused.has(runId));
  const mine = [...runs].flatMap(([runId, [first]]) =>
    first?.type === 'RunRequested' && first.data.triggerId === triggerId
      ? [[runId, first.data.slot?.name] as const]
      : [],
  );
  const others = mine.filter(([runId, slot]) => slots.get(runId) !== slot);
  return [
    ...lost.map(
      ([runId, slot]) =>
        `slot ${slot} was fired, and its run ${runId} is ${refused.has(runId) ? 'refused and' : 'not'} in the log`,
    ),
    ...others.map(([runId, slot]) => `run ${runId} says it is of slot ${slot}, which its ledger does not`),
  ];
};
