import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Several triggers to a workflow, and what became of each slot of a schedule. */
export const triggers: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // What triggers from before have, as libs/domain completes their events.
  `alter table workflow_trigger
     add column name text,
     add column is_active boolean not null default true,
     add column parameters json,
     add column schedule_policy json,
     add column webhook json,
     add column event json`,
  `alter table run add column trigger_id id, add column slot json`,

  // One row for a slot that was fired or waits, one for slots in a row that were skipped for the same reason.
  `create table trigger_slot (
    trigger_id id not null,
    slot text collate "C" not null,
    org_id id not null,
    workflow_id id not null,
    last_slot text not null,
    count int not null,
    is_more boolean not null,
    status text not null,
    reason text,
    message text,
    due_at timestamptz not null,
    last_due_at timestamptz not null,
    decided_at timestamptz not null,
    run_id id,
    revision int not null,
    primary key (trigger_id, slot)
  )`,
  `create index trigger_slot_newest on trigger_slot (trigger_id, due_at desc, slot desc)`,
];
