import { z } from 'zod';
import { heldRates } from './held-rates.ts';
import { patiently } from './patiently.ts';
import type { Tenant } from './tenant.ts';

const Done = z.object({ errors: z.null() });

/** No slot of a schedule starts a run from then on. */
export const stopSchedules = async (tenants: readonly Tenant[]): Promise<void> => {
  const stops = tenants.flatMap(({ gateway, scheduleIds }) =>
    scheduleIds.map((id) =>
      patiently(`trigger ${id} is stopped`, () =>
        gateway
          .mutate('update_workflow_trigger', { id, is_active: false })
          .then((answer) => Done.parse(answer)),
      ),
    ),
  );
  await Promise.all(stops);
};

const Resolved = z.object({ errors: z.null(), matching: z.number() });

const Settled = z.looseObject({ errors: z.unknown() });

/** Takes the proposal of each rate that is held. Their runs go on by that alone. */
export const settleRates = async (tenants: readonly Tenant[]): Promise<void> => {
  for (const tenant of tenants) {
    for (const id of await heldRates(tenant)) {
      Settled.parse(await tenant.gateway.mutate('settle_rate_decision', { id }));
    }
  }
};

/** Settles what else waits for a person: all of one action as failed, everything else to be sent again. */
export const resolveParked = async (tenants: readonly Tenant[]): Promise<void> => {
  const resolve = async ({ gateway }: Tenant, as: 'retry' | 'failed', filter: object) =>
    Resolved.parse(
      await gateway.mutate(
        'resolve_parked_workflow_events',
        { as, filter, note: 'Chaos is over' },
        'matching',
      ),
    );
  for (const tenant of tenants) {
    await resolve(tenant, 'failed', { cause: 'outcome-unknown', action: 'chaos_parked' });
    await resolve(tenant, 'retry', { cause: 'outcome-unknown' });
    await resolve(tenant, 'retry', { cause: 'executor-failed' });
  }
};
