import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What the lists of runs are found by. */
export const listIndexes: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

/** A list shows one mode, test or live: without it in front, the few of one are sought among all of the other. */
const statements = [
  `drop index run_newest`,
  `create index run_newest on run (org_id, test_mode, created_at desc, id desc)`,
  `drop index run_workflow`,
  `create index run_workflow on run (workflow_id, test_mode, created_at desc, id desc)`,
  `drop index run_status`,
  `create index run_status on run (org_id, test_mode, status, created_at desc, id desc)
     where status <> 'success'`,
  `create index run_trigger on run (trigger_id, test_mode, created_at desc, id desc) where trigger_id is not null`,
  `create index run_request on run (org_id, request_id)`,
  // Deleted ones too: their runs are still found by their name.
  `create index workflow_org on workflow (org_id)`,
  // By key, by path and by a value anywhere: of the two kinds, only this one knows keys without their values.
  `create index run_parameters on run using gin (parameters jsonb_ops)`,
];
