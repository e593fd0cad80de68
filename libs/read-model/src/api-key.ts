import type { Kysely } from 'kysely';
import type { ApiKeyRow, Database } from './schema.ts';

/** By the SHA-256 of the key in hex; a revoked key is not found. */
export const findApiKey = (db: Kysely<Database>, hash: string): Promise<ApiKeyRow | undefined> =>
  db
    .selectFrom('api_key')
    .selectAll()
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
