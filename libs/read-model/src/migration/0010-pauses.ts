import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Workflows and organisations whose runs are held. `id` is that of the one or the other. */
export const pauses: Migration = {
  up: async (db) => {
    await sql
      .raw(
        `create table pause (
          id id primary key,
          org_id id not null,
          scope text not null,
          paused_at timestamptz,
          paused_by id,
          reason text,
          revision int not null
        )`,
      )
      .execute(db);
  },
};
