import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Ids are ASCII, so they compare by byte (`collate "C"`), which is cheaper than any locale and the same on
 * every server. Payloads are `json`, which Postgres only checks, except where a filter looks inside.
 */
export const readModels: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create domain id as text collate "C"`,

  `create table organization (
    id id primary key,
    name text not null,
    created_at timestamptz not null,
    revision int not null
  )`,

  `create table api_key (
    id id primary key,
    org_id id not null,
    name text not null,
    hash id not null unique,
    role text not null,
    test_mode boolean not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    revision int not null
  )`,

  `create table workflow (
    id id primary key,
    org_id id not null,
    slug id not null,
    name text not null,
    description text,
    is_active boolean not null,
    action_nodes json not null,
    metadata json not null,
    template_slug text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    revision int not null
  )`,
  `create index workflow_newest on workflow (org_id, created_at desc, id desc) where deleted_at is null`,

  `create table workflow_action (
    id id primary key,
    org_id id not null,
    slug id not null,
    name text not null,
    action_type text not null,
    description text,
    host text,
    port int,
    endpoint text,
    method text,
    parameters_type text,
    parameters_template text,
    header_template text,
    content_type text,
    metadata json not null,
    template_slug text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    revision int not null
  )`,
  `create index workflow_action_newest on workflow_action (org_id, created_at desc, id desc)
     where deleted_at is null`,
  `create index workflow_action_slug on workflow_action (org_id, slug) where deleted_at is null`,

  `create table workflow_trigger (
    id id primary key,
    org_id id not null,
    workflow_id id not null,
    slug id not null,
    trigger_type text not null,
    schedule text,
    secret_key text,
    sealed_secret text,
    template_slug text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    revision int not null
  )`,
  `create index workflow_trigger_workflow on workflow_trigger (workflow_id) where deleted_at is null`,

  `create table run (
    id id primary key,
    org_id id not null,
    workflow_id id not null,
    plan_hash id not null,
    status text not null,
    state text,
    event_type text not null,
    test_mode boolean not null,
    parameters jsonb,
    failure json,
    actor text not null,
    request_id text not null,
    created_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    updated_at timestamptz not null,
    revision int not null,
    position bigint not null
  )`,
  `create index run_newest on run (org_id, created_at desc, id desc)`,
  `create index run_workflow on run (workflow_id, created_at desc, id desc)`,
  // Most runs succeed, and the newest of those are found fast without an index of their own.
  `create index run_status on run (org_id, status, created_at desc, id desc) where status <> 'success'`,

  `create table run_action (
    run_id id not null,
    slug id not null,
    attempt int not null,
    org_id id not null,
    action_id id not null,
    action_type text not null,
    step_order int not null,
    status text not null,
    request json,
    response json,
    output json,
    passed boolean,
    failure json,
    started_at timestamptz,
    ended_at timestamptz,
    revision int not null,
    primary key (run_id, slug, attempt)
  )`,

  `create table checkpoint (projection text primary key, position bigint not null)`,

  `create table parked_event (
    stream id not null,
    revision int not null,
    position bigint not null,
    type text not null,
    recorded_at timestamptz not null,
    error text,
    primary key (stream, revision)
  )`,
];
