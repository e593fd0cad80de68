import { z } from 'zod';
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

/** Settles what waits for a person: all of one action as failed, everything else to be sent again. */
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
    await resolve(tenant, 'retry', {});
  }
};
