import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The audit logs, and where in the log everything that can be watched last changed. */
export const auditAndLive: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table audit_entry (
    id id primary key,
    org_id id not null,
    number int not null,
    at timestamptz not null,
    actor text not null,
    action text not null,
    outcome text not null,
    entity_type text,
    entity_id id,
    entry json not null,
    previous id not null,
    hash id not null,
    revision int not null
  )`,
  `create index audit_entry_number on audit_entry (org_id, number)`,
  `create index audit_entry_newest on audit_entry (org_id, at desc, number desc)`,
  `create index audit_entry_actor on audit_entry (org_id, actor, at desc, number desc)`,
  `create index audit_entry_entity on audit_entry (org_id, entity_id, at desc, number desc)`,

  // A run has its position in its row; this has that of every other entity.
  `create table entity_change (
    entity text not null,
    id id not null,
    org_id id not null,
    position bigint not null,
    is_deleted boolean not null,
    revision int not null,
    primary key (entity, id)
  )`,
  `create index entity_change_position on entity_change (org_id, position)`,
  `create index run_position on run (org_id, position)`,
];
