import type { MetafieldType } from '@karrio/domain';
import type { Kysely } from 'kysely';
import { contains } from './contains.ts';
import { metafieldOrder } from './order.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { AnyMetafieldRow, Database } from './schema.ts';

export type MetafieldFilter = Readonly<{
  /** Part of the key. */
  key?: string | null | undefined;
  type?: MetafieldType | null | undefined;
  is_required?: boolean | null | undefined;
  /** `metafield` for those that are attached to nothing. */
  object_type?: string | null | undefined;
  object_id?: string | null | undefined;
}>;

/** Attached or not. */
export const findMetafield = (
  db: Kysely<Database>,
  org: string,
  id: string,
): Promise<AnyMetafieldRow | undefined> =>
  db
    .selectFrom('any_metafield')
    .selectAll()
    .where('org_id', '=', org)
    .where('id', '=', id)
    .executeTakeFirst();

/** Those of one object together, the newest object first. @throws CursorError */
export const listMetafields = (
  db: Kysely<Database>,
  org: string,
  filter: MetafieldFilter,
  page: PageRequest,
): Promise<Page<AnyMetafieldRow>> =>
  pageOf(
    db,
    metafieldsMatching(db, org, filter).selectAll(),
    { list: 'metafields', order: metafieldOrder },
    page,
  );

const metafieldsMatching = (db: Kysely<Database>, org: string, filter: MetafieldFilter) => {
  const { key, type, is_required, object_type, object_id } = filter;
  let query = db.selectFrom('any_metafield').where('org_id', '=', org);
  if (key) query = query.where('key', 'ilike', contains(key));
  if (type) query = query.where('type', '=', type);
  if (is_required !== undefined && is_required !== null) query = query.where('is_required', '=', is_required);
  if (object_type) query = query.where('object_type', '=', object_type);
  if (object_id) query = query.where('object_id', '=', object_id);
  return query;
};
