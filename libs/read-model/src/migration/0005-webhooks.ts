import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What is shown of a trigger's secret, and the one before it while both are good. */
export const webhooks: Migration = {
  up: async (db) => {
    await sql
      .raw('alter table workflow_trigger add column shown_secret json, add column former_secret json')
      .execute(db);
  },
};
