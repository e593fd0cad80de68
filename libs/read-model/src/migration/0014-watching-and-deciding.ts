import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What lists of decisions, slots, the audit log and people are found by, and pauses that are watched apart. */
export const watchingAndDeciding: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create index rate_decision_rule on rate_decision (org_id, rule_id, test_mode, created_at desc, id desc)
     where rule_id is not null`,
  `create index rate_decision_run on rate_decision (org_id, run_id, test_mode, created_at desc, id desc)
     where run_id is not null`,
  // Most select a rate, and the newest of those are found fast without an index of their own.
  `create index rate_decision_outcome on rate_decision (org_id, test_mode, outcome, created_at desc, id desc)
     where outcome <> 'selected'`,
  // Nearly every slot is fired; what became of the others is what somebody looks for.
  `create index trigger_slot_status on trigger_slot (trigger_id, status, due_at desc, slot desc)
     where status <> 'fired'`,
  `create index audit_entry_action on audit_entry (org_id, action, at desc, number desc)`,
  `create index audit_entry_refused on audit_entry (org_id, at desc, number desc) where outcome = 'refused'`,

  // Who shares an organisation with somebody, those who left too, may see who that is: row by row behind the wall.
  `create index member_org_user on member (org_id, user_id)`,
  `create index api_key_use_org on api_key_use (org_id)`,

  // Pauses counted as changes of what they hold, by a revision of their own streams.
  `update entity_change c set revision = w.revision from workflow w
     where c.entity = 'workflow' and c.id = w.id and c.revision > w.revision`,
  `update entity_change c set revision = o.revision from organization o
     where c.entity = 'organization' and c.id = o.id and c.revision > o.revision`,
];
