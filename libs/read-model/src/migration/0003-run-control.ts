import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What people do to runs, and what runs wait for. */
export const runControl: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `alter table run
     add column is_paused boolean not null default false,
     add column parked json,
     add column waiting_until timestamptz,
     add column cancel json,
     add column origin json`,
  // Few runs are parked at a time, and each is a matter of a person: found by cause without reading the others.
  `create index run_parked on run (org_id, (parked ->> 'cause'), created_at desc, id desc)
     where parked is not null`,

  `create table run_note (
    run_id id not null,
    revision int not null,
    org_id id not null,
    type text not null,
    slug id,
    attempt int,
    noted_at timestamptz not null,
    detail json not null,
    primary key (run_id, revision)
  )`,

  // What workflows and actions from before have, as libs/domain completes their events.
  `alter table workflow
     add column run_timeout_ms double precision,
     add column on_failure text not null default 'finish'`,
];
