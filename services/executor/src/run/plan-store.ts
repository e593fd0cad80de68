import { streams } from '@karrio/contracts';
import { completePlan, isPlanSealed, type Plan } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import { LRUCache } from 'lru-cache';

const plansMax = 2_000;

/** Plans by content hash: they never change, so each is read once. */
export const createPlanStore = (store: EventStore) => {
  const plans = new LRUCache<string, Plan>({ max: plansMax });
  return async (hash: string): Promise<Plan> => {
    const known = plans.get(hash);
    if (known) return known;
    const sealed = (await store.read(streams.plan(hash))).find(isPlanSealed);
    if (!sealed) throw new Error(`plan ${hash} is not in the event store`);
    const plan = completePlan(sealed.data.plan);
    plans.set(hash, plan);
    return plan;
  };
};
export type PlanOf = ReturnType<typeof createPlanStore>;
