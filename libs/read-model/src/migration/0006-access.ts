import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who may do what. Names and addresses are sealed under a key of each person's own: a gateway opens them. */
export const access: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // Behind the wall an organisation's triggers are found by it.
  `create index workflow_trigger_org on workflow_trigger (org_id) where deleted_at is null`,

  `alter table api_key add column expires_at timestamptz`,
  `create index api_key_org on api_key (org_id, created_at desc, id desc)`,

  // Not from the log: gateways say from time to time which keys they saw.
  `create table api_key_use (key_id id primary key, org_id id not null, last_used_at timestamptz not null)`,

  `create table member (
    id id primary key,
    org_id id not null,
    user_id id not null,
    role text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    removed_at timestamptz,
    revision int not null
  )`,
  `create index member_org on member (org_id, created_at, id) where removed_at is null`,
  `create index member_user on member (user_id, created_at, id) where removed_at is null`,

  `create table invitation (
    id id primary key,
    org_id id not null,
    user_id id not null,
    role text not null,
    hash id not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz,
    revision int not null
  )`,
  `create index invitation_org on invitation (org_id, created_at desc, id desc)
     where accepted_at is null and revoked_at is null`,
  `create index invitation_hash on invitation (hash)`,

  `create table user_account (
    id id primary key,
    sealed_email text not null,
    sealed_name text,
    sealed_password text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    revision int not null
  )`,

  `create table session (
    id id primary key,
    user_id id not null,
    hash id not null,
    origin text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    revision int not null
  )`,
  `create index session_hash on session (hash)`,
  `create index session_newest on session (user_id, created_at desc, id desc) where ended_at is null`,
];
