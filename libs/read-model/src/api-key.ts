import { sql, type Kysely } from 'kysely';
import type { ApiKeyRow, Database } from './schema.ts';

/** By the SHA-256 of the key in hex; a revoked key is not found. */
export const findApiKey = (db: Kysely<Database>, hash: string): Promise<ApiKeyRow | undefined> =>
  db
    .selectFrom('api_key')
    .selectAll()
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();

export type ApiKey = ApiKeyRow & { last_used_at: string | null };

/** All that were ever made, newest first, or the one with an id. */
export const listApiKeys = (db: Kysely<Database>, org: string, id?: string): Promise<readonly ApiKey[]> => {
  const keys = db
    .selectFrom('api_key')
    .leftJoin('api_key_use', 'api_key_use.key_id', 'api_key.id')
    .selectAll('api_key')
    .select('api_key_use.last_used_at')
    .where('api_key.org_id', '=', org);
  return (id === undefined ? keys : keys.where('api_key.id', '=', id))
    .orderBy('api_key.created_at', 'desc')
    .orderBy('api_key.id', 'desc')
    .execute();
};

type Use = Readonly<{ id: string; at: string }>;

/** Where two gateways saw a key, the later time stays; a key that is none is passed over. */
export const noteApiKeyUses = async (db: Kysely<Database>, uses: readonly Use[]): Promise<void> => {
  if (uses.length === 0) return;
  await sql`
    insert into api_key_use as known (key_id, org_id, last_used_at)
    select key.id, key.org_id, max(used.at)
    from json_to_recordset(${JSON.stringify(uses)}) as used(id text, at timestamptz)
    join api_key key on key.id = used.id
    group by key.id, key.org_id
    on conflict (key_id) do update set last_used_at = greatest(known.last_used_at, excluded.last_used_at)`.execute(
    db,
  );
};
