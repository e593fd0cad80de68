import { z } from 'zod';
import type { Tenant } from './tenant.ts';

const Open = z.object({
  rate_decisions: z.object({ edges: z.array(z.object({ node: z.object({ id: z.string() }) })) }),
});

/** The decisions that wait for a person, a hundred at most. */
export const heldRates = async ({ gateway }: Tenant): Promise<readonly string[]> => {
  const text = '{ rate_decisions(filter: { is_open: true, first: 100 }) { edges { node { id } } } }';
  const { rate_decisions: open } = Open.parse(await gateway.ask(text));
  return open.edges.map(({ node: { id } }) => id);
};
