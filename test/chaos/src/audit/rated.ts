import { derivedId } from '@karrio/contracts';
import { isRateDecided, type Json, type JsonObject } from '@karrio/domain';
import { violationsOf, type Check, type Evidence, type Fact } from './evidence.ts';

const violation = violationsOf('a run asks the rules once, and is told what was decided');

type Succeeded = Extract<Fact, { type: 'ActionSucceeded' }>;

/** Each action that was told a rate has its decision, recorded once and with its rule set; no decision is anybody else's. */
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
  ];
};

const isRated = (fact: Fact): fact is Succeeded =>
  fact.type === 'ActionSucceeded' && fact.data.actionType === 'select_rate';

const decisionIdOf = ({ orgs }: Evidence, runId: string, { data: { slug } }: Succeeded): string =>
  derivedId('decision', orgs.get(runId) ?? '', `${runId}-${slug}`);

const flawsOf = (evidence: Evidence, id: string, { data: { output } }: Succeeded): readonly string[] => {
  const decided = (evidence.decisions.get(id) ?? []).filter(isRateDecided);
  const [first] = decided;
  if (!first || decided.length > 1)
    return [`it was told a rate, and ${decided.length} decisions are recorded`];
  const rate = 'rate' in first.data ? first.data.rate : null;
  const isTold =
    valueAt(output, 'id') === id && JSON.stringify(valueAt(output, 'selected_rate')) === JSON.stringify(rate);
  return [
    ...(isTold ? [] : [`it was told otherwise than ${id} says`]),
    ...(evidence.ruleSets.has(first.data.ruleSetHash)
      ? []
      : [`the rules that decided ${id} are not recorded`]),
  ];
};

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
