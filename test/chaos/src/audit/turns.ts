import { completeTrigger, type OverlapPolicy, type TriggerEvent } from '@karrio/domain';
import { violationsOf, type Check, type Evidence, type Fact } from './evidence.ts';
import { firedIn, type FiredSlot } from './slots.ts';

const violation = violationsOf('slots that overlap do what their policy says');

/** A scheduler hears of an end when it reads on. */
const unheardMs = 5_000;

export const checkTurns: Check = (evidence) =>
  [...evidence.triggers].flatMap(([id, changes]) => {
    const policy = policyOf(changes);
    if (policy === undefined) return [];
    const turns = turnsOf(evidence, id);
    const flaws = {
      allow: () => [],
      skip: () => [...twoAtOnce(turns), ...skippedAlone(evidence, id, turns)],
      queue_one: () => twoAtOnce(turns),
      cancel_running: () => notCancelled(evidence, turns),
    };
    return flaws[policy]().map((flaw) => violation(id, flaw));
  });

const policyOf = (changes: readonly TriggerEvent[]): OverlapPolicy | undefined => {
  const [created] = changes;
  return created?.type === 'TriggerCreated'
    ? completeTrigger(created.data.definition).schedulePolicy?.overlapPolicy
    : undefined;
};

/** A slot that was fired, and when its run ended or was refused. */
type Turn = Readonly<{
  fired: FiredSlot;
  run: readonly Fact[];
  end: Pick<Fact, 'position'> & Readonly<{ atMs: number }>;
}>;

const ends: ReadonlySet<string> = new Set(['RunSucceeded', 'RunFailed', 'RunAborted', 'RunCancelled']);

const turnsOf = ({ ledgers, runs }: Evidence, triggerId: string): readonly Turn[] => {
  const ledger = ledgers.get(triggerId) ?? [];
  return firedIn(ledger).map((fired) => {
    const { runId } = fired.data;
    const run = runs.get(runId) ?? [];
    const end =
      run.find(({ type }) => ends.has(type)) ??
      ledger.find(({ type, data }) => type === 'OccurrenceRefused' && data.runId === runId);
    return { fired, run, end: end ? { position: end.position, atMs: Date.parse(end.data.at) } : never };
  });
};

const never = { position: 2n ** 64n, atMs: Infinity } as const;

const isOpenAt = ({ fired, end }: Turn, position: bigint): boolean =>
  fired.position < position && end.position > position;

/** The log decides: a slot's line stands behind the end of the run before it. */
const twoAtOnce = (turns: readonly Turn[]): readonly string[] =>
  turns
    .filter(({ fired }) => turns.some((other) => isOpenAt(other, fired.position)))
    .map(({ fired }) => `slot ${fired.data.slot.name} was fired while a run was open`);

/** Nobody hears of an end from a log that is away, nor does who is. */
const partsThatHear: ReadonlySet<string> = new Set(['scheduler', 'event-store', 'all']);

const skippedAlone = (
  { ledgers, disturbances }: Evidence,
  triggerId: string,
  turns: readonly Turn[],
): readonly string[] =>
  (ledgers.get(triggerId) ?? []).flatMap((line) => {
    if (line.type !== 'OccurrenceSkipped' || line.data.why !== 'overlap') return [];
    const atMs = Date.parse(line.data.at);
    const isOverlap = turns.some(
      ({ fired, end }) => Date.parse(fired.data.at) <= atMs && end.atMs + unheardMs >= atMs,
    );
    const isDeaf = disturbances.some(
      ({ part, fromMs, untilMs }) => partsThatHear.has(part) && fromMs <= atMs && untilMs + unheardMs >= atMs,
    );
    return isOverlap || isDeaf
      ? []
      : [`slot ${line.data.first.name} was skipped for a run, and none was open`];
  });

/** Whoever is open when a slot is fired is named by it, and asked to end before its run begins. */
const notCancelled = ({ runs }: Pick<Evidence, 'runs'>, turns: readonly Turn[]): readonly string[] =>
  turns.flatMap(({ fired, run }) => {
    const { slot } = fired.data;
    const cancels: readonly string[] = fired.data.cancels ?? [];
    const spared = turns
      .filter((other) => isOpenAt(other, fired.position) && !cancels.includes(other.fired.data.runId))
      .map((other) => `slot ${slot.name} let ${other.fired.data.runId} run`);
    const begun = run[0]?.position;
    // One that was refused is not there to be cancelled.
    const late = cancels.filter(
      (id) => begun !== undefined && runs.has(id) && !isAskedToEnd(runs.get(id) ?? [], begun),
    );
    return [...spared, ...late.map((id) => `the run of slot ${slot.name} began before ${id} was cancelled`)];
  });

const isAskedToEnd = (run: readonly Fact[], before: bigint): boolean =>
  run.some(({ type, position }) => (type === 'RunCancelRequested' || ends.has(type)) && position < before);
