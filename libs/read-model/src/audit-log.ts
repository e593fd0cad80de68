import { sql, type Kysely } from 'kysely';
import type { Order } from './order.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { AuditEntryRow, Database } from './schema.ts';

type Optional<Value> = Value | null | undefined;

export type AuditFilter = Readonly<{
  actor?: Optional<string>;
  action?: Optional<string>;
  outcome?: Optional<string>;
  entity_type?: Optional<string>;
  entity_id?: Optional<string>;
  created_after?: Optional<string>;
  created_before?: Optional<string>;
}>;

const newest: Order<AuditEntryRow> = {
  name: 'newest',
  direction: 'desc',
  keys: [
    { column: sql.ref('at'), type: 'timestamptz', of: ({ at }) => at },
    { column: sql.ref('number'), type: 'int', of: ({ number }) => number },
  ],
};

/** Newest first. @throws CursorError */
export const listAuditEntries = (
  db: Kysely<Database>,
  org: string,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEntryRow>> =>
  pageOf(db, matching(db, org, filter).selectAll(), { list: 'audit_log', order: newest }, page);

/** So many at most, in the order of the chain, from a number on: an export goes from piece to piece. */
export const auditEntriesFrom = (
  db: Kysely<Database>,
  org: string,
  filter: AuditFilter,
  number: number,
  max: number,
): Promise<readonly AuditEntryRow[]> =>
  matching(db, org, filter).selectAll().where('number', '>=', number).orderBy('number').limit(max).execute();

const matching = (db: Kysely<Database>, org: string, filter: AuditFilter) => {
  const { created_after, created_before } = filter;
  let query = db.selectFrom('audit_entry').where('org_id', '=', org);
  for (const column of ['actor', 'action', 'outcome', 'entity_type', 'entity_id'] as const) {
    const wanted = filter[column];
    if (wanted !== null && wanted !== undefined) query = query.where(column, '=', wanted);
  }
  if (created_after) query = query.where('at', '>=', created_after);
  if (created_before) query = query.where('at', '<', created_before);
  return query;
};
