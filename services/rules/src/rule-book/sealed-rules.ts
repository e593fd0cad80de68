import { derivedUuid, streams, type EventMetadata } from '@karrio/contracts';
import {
  compileRuleSet,
  isRuleSetSealed,
  type CompiledRules,
  type Json,
  type RuleSet,
  type RuleSetSealed,
} from '@karrio/domain';
import { loadValue, RevisionConflict, storeValue, type EventStore } from '@karrio/event-store-client';
import { LRUCache } from 'lru-cache';
import type { LiveRules } from './rule-book.ts';

const sealedMax = 10_000;
const compiledMax = 100;

/** Rule sets by the hash of their content: written once, read once. */
export const createSealedRules = (store: EventStore) => {
  const sealed = new LRUCache<string, true>({ max: sealedMax });
  const compiled = new LRUCache<string, CompiledRules>({ max: compiledMax });
  return {
    /** In the log before anything names its hash. */
    seal: async ({ hash, ruleSet }: LiveRules, metadata: EventMetadata): Promise<void> => {
      const key = `${metadata.org} ${hash}`;
      if (sealed.has(key)) return;
      const stored = await storeValue(store, asJson(ruleSet), metadata);
      const event: RuleSetSealed = { type: 'RuleSetSealed', data: { hash, ruleSet: stored } };
      const stream = streams.ruleset(hash);
      try {
        await store.append(stream, [{ ...event, id: derivedUuid(stream), metadata }], 'no-stream');
      } catch (error) {
        // Content-addressed: whoever was first wrote the same.
        if (!(error instanceof RevisionConflict)) throw error;
      }
      sealed.set(key, true);
    },
    read: async (hash: string): Promise<CompiledRules> => {
      const known = compiled.get(hash);
      if (known) return known;
      const event = (await store.read(streams.ruleset(hash))).find(isRuleSetSealed);
      if (!event) throw new Error(`rule set ${hash} is not in the event store`);
      const rules = compileRuleSet(asRuleSet(await loadValue(store, event.data.ruleSet)));
      compiled.set(hash, rules);
      return rules;
    },
  };
};
export type SealedRules = ReturnType<typeof createSealedRules>;

// oxlint-disable-next-line typescript/consistent-type-assertions -- plain data of ours
const asJson = (ruleSet: RuleSet) => ruleSet as unknown as Json;
// oxlint-disable-next-line typescript/consistent-type-assertions -- `seal` wrote it
const asRuleSet = (json: Json) => json as unknown as RuleSet;
