import { derivedId } from '@karrio/contracts';
import {
  isRateDecided,
  type Json,
  type JsonObject,
  type RateDecided,
  type RateDecisionEvent,
} from '@karrio/domain';
import { violationsOf, type Check, type Evidence, type Fact, type Placed } from './evidence.ts';

const violation = violationsOf('a run asks the rules once, and is told what was decided');

type Succeeded = Extract<Fact, { type: 'ActionSucceeded' }>;

/**
 * Each action that was told a rate has its decision, recorded once and with its rule set; no decision is anybody
 * else's. What was held is told as a person settled it, once, and not before.
 */
export const checkRated: Check = (evidence) => {
  const { runs, decisions } = evidence;
  const told = [...runs].flatMap(([runId, facts]) =>
    facts.filter(isRated).map((fact) => ({ runId, fact, decisionId: decisionIdOf(evidence, runId, fact) })),
  );
  return [
    ...told.flatMap(({ runId, fact, decisionId }) =>
      flawsOf(evidence, decisionId, fact).map((flaw) => violation(runId, flaw)),
    ),
    ...[...decisions.keys()].flatMap((id) =>
      isAskedFor(evidence, id) ? [] : [violation(id, 'was decided, and no run asked for it')],
    ),
    ...[...decisions].flatMap(([id, events]) => flawsOfSettling(events).map((flaw) => violation(id, flaw))),
    ...lostSettlements(evidence),
  ];
};

const isRated = (fact: Fact): fact is Succeeded =>
  fact.type === 'ActionSucceeded' && fact.data.actionType === 'select_rate';

const decisionIdOf = ({ orgs }: Evidence, runId: string, { data: { slug } }: Succeeded): string =>
  derivedId('decision', orgs.get(runId) ?? '', `${runId}-${slug}`);

const flawsOf = (evidence: Evidence, id: string, told: Succeeded): readonly string[] => {
  const events = evidence.decisions.get(id) ?? [];
  const decided = events.filter(isRateDecided);
  const [first] = decided;
  if (!first || decided.length > 1)
    return [`it was told a rate, and ${decided.length} decisions are recorded`];
  const [settled] = settlementsIn(events);
  if (first.type === 'RateHeld' && !(settled && settled.position < told.position))
    return [`it was told a rate, and ${id} was still held`];
  return [
    ...(isAsDecided(told, id, settled ?? first) ? [] : [`it was told otherwise than ${id} says`]),
    ...(evidence.ruleSets.has(first.data.ruleSetHash)
      ? []
      : [`the rules that decided ${id} are not recorded`]),
  ];
};

const isAsDecided = ({ data: { output } }: Succeeded, id: string, decided: Settled | RateDecided): boolean =>
  valueAt(output, 'id') === id &&
  JSON.stringify(valueAt(output, 'selected_rate')) === JSON.stringify(rateOf(decided));

type Settled = Placed<Extract<RateDecisionEvent, { type: 'RateDecisionSettled' }>>;

const settlementsIn = (events: readonly Placed<RateDecisionEvent>[]): readonly Settled[] =>
  events.filter((event): event is Settled => event.type === 'RateDecisionSettled');

const rateOf = ({ data }: Settled | RateDecided): Json => {
  if ('rateId' in data && data.rateId === null) return null;
  return 'rate' in data ? data.rate : null;
};

const flawsOfSettling = (events: readonly Placed<RateDecisionEvent>[]): readonly string[] => {
  const { length } = settlementsIn(events);
  const isHeld = events.some(({ type }) => type === 'RateHeld');
  if (length > 1) return [`was settled ${length} times`];
  if (isHeld && length === 0) return ['is held, though all that was held is settled'];
  return length > 0 && !isHeld ? ['was settled, and nothing was held'] : [];
};

const lostSettlements = ({ settlements, decisions }: Evidence) =>
  settlements
    .filter(({ decisionId, rateId }) => {
      const settled = settlementsIn(decisions.get(decisionId) ?? []);
      return !settled.some(({ data }) => data.rateId === rateId);
    })
    .map(({ decisionId, rateId }) =>
      violation(
        decisionId,
        `was accepted to be settled with ${rateId ?? 'none'}, and the log has it otherwise`,
      ),
    );

const valueAt = (output: Succeeded['data']['output'], name: string): Json | undefined =>
  'json' in output && isObject(output.json) ? output.json[name] : undefined;

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The run that a decision names had begun to ask for it before. */
const isAskedFor = ({ runs, decisions, orgs }: Evidence, id: string): boolean => {
  const decided = (decisions.get(id) ?? []).find(isRateDecided);
  const { runId = '' } = decided?.data ?? {};
  return (runs.get(runId) ?? []).some(
    (fact) =>
      fact.type === 'ActionStarted' &&
      derivedId('decision', orgs.get(runId) ?? '', fact.data.idempotencyKey) === id &&
      fact.position < (decided?.position ?? 0n),
  );
};
