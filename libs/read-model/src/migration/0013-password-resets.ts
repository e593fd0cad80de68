import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** By which address a user is found, and by which text a password may be chosen anew. */
export const passwordResets: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `alter table user_account
     add column address_id id,
     add column reset_hash id,
     add column reset_expires_at timestamptz`,
  // Nobody's address was changed before.
  `update user_account set address_id = id`,
  `alter table user_account alter column address_id set not null`,
  `create index user_account_address on user_account (address_id)`,
  `create index user_account_reset on user_account (reset_hash) where reset_hash is not null`,
];
