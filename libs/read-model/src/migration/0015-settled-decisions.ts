import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A decision that was held is, once it is settled, what a person made of it. */
export const settledDecisions: Migration = {
  up: async (db) => {
    await sql`
      update rate_decision
      set outcome = case when settled ->> 'rate_id' is null then 'none' else 'selected' end,
        rate = case when settled ->> 'rate_id' is null then null else settled -> 'rate' end,
        message = null
      where settled is not null
    `.execute(db);
  },
};
