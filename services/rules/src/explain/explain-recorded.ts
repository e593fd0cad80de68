import type { Answer } from '@karrio/contracts';
import { loadValue, type EventStore } from '@karrio/event-store-client';
import { asJson } from '../decision/json.ts';
import { noDecision } from '../decision/reply.ts';
import { readDecision } from '../decision/select-rate.ts';
import type { SealedRules } from '../rule-book/sealed-rules.ts';
import type { Threads } from '../thread/run-in-thread.ts';

type Ports = Readonly<{ store: EventStore; sealed: SealedRules; threads: Threads }>;

/** A past decision, explained by the rules and the facts that it was made from. */
export const explainRecorded = async (
  { store, sealed, threads }: Ports,
  org: string,
  id: string,
): Promise<Answer> => {
  const found = await readDecision(store, id, org);
  if (!found) return noDecision(id);
  const [{ data }] = found;
  const [{ ruleSet }, facts] = await Promise.all([
    sealed.read(data.ruleSetHash),
    loadValue(store, data.facts),
  ]);
  const outcome = await threads.run({ kind: 'explain', ruleSet, facts });
  if (!('explained' in outcome)) throw new Error('an explanation that explains nothing');
  return { answered: asJson({ id, rule_set: data.ruleSetHash, ...outcome.explained }) };
};
