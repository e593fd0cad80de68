import { derivedUuid, streams } from '@karrio/contracts';
import { canonicalJson, type PlanSealed } from '@karrio/domain';
import { type EventStore, RevisionConflict } from '@karrio/event-store-client';
import { createHash } from 'node:crypto';
import type { OrgCatalog, WorkflowEntry } from '../catalog/catalog.ts';
import type { Envelope } from '../envelope.ts';
import { planOf } from './current-plan.ts';

type Sealed = Readonly<{ version: number; hash: string }>;

/**
 * The hash of the workflow's plan as it is now, in the log before it is answered. The hash is kept until any
 * definition of the organisation changes, so a run costs no plan append but the first.
 */
export const createPlanSealer = (store: EventStore) => {
  const sealed = new WeakMap<WorkflowEntry, Sealed>();
  return async (catalog: OrgCatalog, entry: WorkflowEntry, envelope: Envelope): Promise<string> => {
    const version = catalog.version();
    const known = sealed.get(entry);
    if (known?.version === version) return known.hash;
    const plan = planOf(catalog, entry);
    const hash = createHash('sha256').update(canonicalJson(plan)).digest('hex');
    if (known?.hash !== hash) {
      const event: PlanSealed = { type: 'PlanSealed', data: { hash, plan } };
      await appendOnce(store, streams.plan(hash), event, envelope);
    }
    sealed.set(entry, { version, hash });
    return hash;
  };
};
export type SealPlan = ReturnType<typeof createPlanSealer>;

const appendOnce = async (store: EventStore, stream: string, event: PlanSealed, { metadata }: Envelope) => {
  try {
    await store.append(stream, [{ ...event, id: derivedUuid(stream), metadata }], 'no-stream');
  } catch (error) {
    // Content-addressed: whoever was first wrote the same.
    if (!(error instanceof RevisionConflict)) throw error;
  }
};
