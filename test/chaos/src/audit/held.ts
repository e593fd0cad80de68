import type { PauseEvent } from '@karrio/domain';
import {
  violationsOf,
  type Check,
  type Disturbance,
  type Evidence,
  type Fact,
  type Placed,
} from './evidence.ts';

const violation = violationsOf('a pause holds the runs of its workflow or organisation');

/** A pause that was ended. No action begins from when it was in the log until its end was. */
type Hold = Readonly<{ scope: string; since: string; until: string; fromMs: number; untilMs: number }>;

/** No action begins during a pause, and a run that goes on after one says so, once. */
export const checkHeld: Check = (evidence) =>
  [...evidence.runs].flatMap(([id, facts]) => {
    const holds = holdsOn(evidence, id, facts);
    const flaws = [...begunMeanwhile(evidence, facts, holds), ...flawsOfNotes(evidence, facts, holds)];
    return flaws.map((flaw) => violation(id, flaw));
  });

const holdsOn = ({ pauses, orgs }: Evidence, runId: string, [first]: readonly Fact[]): readonly Hold[] => {
  const workflowId = first?.type === 'RunRequested' ? first.data.workflowId : '';
  return [workflowId, orgs.get(runId) ?? ''].flatMap((id) => holdsIn(pauses.get(id) ?? []));
};

const holdsIn = (events: readonly Placed<PauseEvent>[]): readonly Hold[] =>
  events.flatMap(({ type, data: { scope, at: since }, recordedAt }, index) => {
    const end = events[index + 1];
    if (type !== 'RunsPaused' || !end) return [];
    const { at: until } = end.data;
    return [{ scope, since, until, fromMs: Date.parse(recordedAt), untilMs: Date.parse(end.recordedAt) }];
  });

/** Until all executors have heard of a pause. */
const unheardMs = 500;

const begunMeanwhile = (
  { disturbances }: Evidence,
  facts: readonly Fact[],
  holds: readonly Hold[],
): readonly string[] =>
  facts.flatMap((fact) => {
    if (fact.type !== 'ActionStarted') return [];
    const atMs = Date.parse(fact.data.at);
    const hold = holds.find(({ fromMs, untilMs }) => atMs > fromMs + unheardMs && atMs < untilMs);
    return hold && !disturbances.some((harm) => keepsUnheard(harm, hold, atMs))
      ? [`${fact.data.slug} began during the pause of its ${hold.scope} since ${hold.since}`]
      : [];
  });

/** An executor that stood still, and one that reads the log anew, hear of it when they go on. */
const keepsUnheard = ({ part, kind, fromMs, untilMs }: Disturbance, hold: Hold, atMs: number): boolean => {
  const isDeaf = part === 'event-store' || part === 'all' || (part === 'executor' && kind === 'stopped');
  return isDeaf && fromMs <= atMs && untilMs + 5_000 >= hold.fromMs;
};

const flawsOfNotes = (
  { disturbances }: Evidence,
  facts: readonly Fact[],
  holds: readonly Hold[],
): readonly string[] => {
  const notes = facts.filter((fact) => fact.type === 'RunHeld');
  const isOf = ({ scope, since, until }: Hold, note: (typeof notes)[number]) =>
    note.data.scope === scope && note.data.since === since && note.data.until === until;
  const begunMs = Date.parse(facts[0]?.data.at ?? '');
  return [
    ...notes
      .filter((note) => !holds.some((hold) => isOf(hold, note)))
      .map(({ data: { since } }) => `it was held since ${since} by no pause`),
    ...holds.flatMap((hold) => {
      const [note, more] = notes.filter((each) => isOf(hold, each));
      if (more) return [`it says twice that it was held since ${hold.since}`];
      const next = facts.find(({ type, data }) => {
        const atMs = Date.parse(data.at);
        const isNext = type === 'ActionStarted' && atMs > hold.untilMs + unheardMs;
        return isNext && !disturbances.some((harm) => keepsUnheard(harm, hold, atMs));
      });
      const isSilent = next && begunMs < Date.parse(hold.until) && !(note && note.revision < next.revision);
      return isSilent ? [`it went on without saying that it was held since ${hold.since}`] : [];
    }),
  ];
};
