import type { Log, ShownRun } from '../audit/evidence.ts';
import type { Tenant } from '../load/tenant.ts';

const readersMax = 8;

/** All runs of the log, as GraphQL shows them to their organisations. */
export const readRuns = async (
  tenants: readonly Tenant[],
  { runs, orgs }: Log,
  say: (line: string) => void,
): Promise<ReadonlyMap<string, ShownRun>> => {
  const gateways = new Map(tenants.map(({ org, gateway }) => [org, gateway]));
  const shown = new Map<string, ShownRun>();
  const left = [...runs.keys()];
  const reader = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      try {
        const run = await gateways.get(orgs.get(id) ?? '')?.readRun(id);
        if (run) shown.set(id, run);
      } catch (error) {
        say(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: readersMax }, reader));
  return shown;
};
