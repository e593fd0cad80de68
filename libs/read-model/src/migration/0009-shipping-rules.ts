import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Shipping rules, and what was decided by them. */
export const shippingRules: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table shipping_rule (
    id id primary key,
    org_id id not null,
    slug id not null,
    name text not null,
    description text,
    priority int not null,
    is_active boolean not null,
    conditions json,
    actions json,
    conditions_extensions json,
    actions_extensions json,
    condition json,
    further_actions json not null,
    metadata json not null,
    template_slug text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    revision int not null
  )`,
  `create index shipping_rule_order on shipping_rule (org_id, (-priority), created_at, id) where deleted_at is null`,

  `create table rate_decision (
    id id primary key,
    org_id id not null,
    outcome text not null,
    message text,
    rate json,
    rule_id id,
    rule_set_hash text not null,
    facts json not null,
    decision json not null,
    trace json not null,
    notified json,
    settled json,
    run_id id,
    test_mode boolean not null,
    actor text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    revision int not null
  )`,
  // Lists newest first, and a backtest's period page by page.
  `create index rate_decision_newest on rate_decision (org_id, test_mode, created_at desc, id desc)`,
  `create index rate_decision_held on rate_decision (org_id, test_mode, created_at desc, id desc)
     where outcome = 'held' and settled is null`,
];
