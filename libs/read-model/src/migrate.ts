import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { readModels } from './migration/0001-read-models.ts';
import { connections } from './migration/0002-connections.ts';
import { runControl } from './migration/0003-run-control.ts';
import { triggers } from './migration/0004-triggers.ts';
import { webhooks } from './migration/0005-webhooks.ts';
import { access } from './migration/0006-access.ts';
import { listIndexes } from './migration/0007-list-indexes.ts';
import { auditAndLive } from './migration/0008-audit-and-live.ts';
import { pauses } from './migration/0010-pauses.ts';
import { testTriggers } from './migration/0012-test-triggers.ts';
import { passwordResets } from './migration/0013-password-resets.ts';
import { watchingAndDeciding } from './migration/0014-watching-and-deciding.ts';
import { settledDecisions } from './migration/0015-settled-decisions.ts';
import { protect } from './protect.ts';
import { shippingRules } from './migration/0009-shipping-rules.ts';
import type { Database } from './schema.ts';

/** Forward only, in the order of their names. A published one is never edited. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-read-models': readModels,
  '0002-connections': connections,
  '0003-run-control': runControl,
  '0004-triggers': triggers,
  '0005-webhooks': webhooks,
  '0006-access': access,
  '0007-list-indexes': listIndexes,
  '0008-audit-and-live': auditAndLive,
  '0009-shipping-rules': shippingRules,
  '0010-pauses': pauses,
  '0012-test-triggers': testTriggers,
  '0013-password-resets': passwordResets,
  '0014-watching-and-deciding': watchingAndDeciding,
  '0015-settled-decisions': settledDecisions,
};

/**
 * Brings the schema up to date: `public`, or the one that `db` works in. Kysely's migrator holds an advisory lock and runs everything in one
 * transaction, so processes that start together are safe: the second one finds nothing to do.
 */
export const migrate = async (db: Kysely<Database>, schema?: string): Promise<void> => {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    // Several are made at a time and come in any order: none counts on one with a later number not to be there.
    allowUnorderedMigrations: true,
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error('The read models could not be migrated.', { cause: error });
  await protect(db);
};
