import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Triggers whose runs are test runs. */
export const testTriggers: Migration = {
  up: async (db) => {
    await sql
      .raw(`alter table workflow_trigger add column test_mode boolean not null default false`)
      .execute(db);
  },
};
