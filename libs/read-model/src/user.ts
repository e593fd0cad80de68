import { sql, type Kysely } from 'kysely';
import type { Database } from './schema.ts';
import type { SessionRow, UserRow } from './user-rows.ts';

export const findUser = async (db: Kysely<Database>, id: string): Promise<UserRow | undefined> =>
  (await findUsers(db, [id]))[0];

export const findUsers = async (db: Kysely<Database>, ids: readonly string[]): Promise<readonly UserRow[]> =>
  ids.length === 0 ? [] : db.selectFrom('user_account').selectAll().where('id', 'in', ids).execute();

/** By what a user would be called who is added by their address. */
export const findUserByAddress = (db: Kysely<Database>, addressId: string): Promise<UserRow | undefined> =>
  db.selectFrom('user_account').selectAll().where('address_id', '=', addressId).executeTakeFirst();

/** By the SHA-256 of the text that lets them choose their password anew, in hex; also where that is over. */
export const findUserByReset = (db: Kysely<Database>, hash: string): Promise<UserRow | undefined> =>
  db.selectFrom('user_account').selectAll().where('reset_hash', '=', hash).executeTakeFirst();

/** One that nobody ended, by the SHA-256 of its token in hex. */
export const findSession = (db: Kysely<Database>, hash: string): Promise<SessionRow | undefined> =>
  db
    .selectFrom('session')
    .selectAll()
    .where('hash', '=', hash)
    .where('ended_at', 'is', null)
    .executeTakeFirst();

/** Those that last at a time, newest first. */
export const listSessions = (
  db: Kysely<Database>,
  userId: string,
  at: string,
): Promise<readonly SessionRow[]> =>
  db
    .selectFrom('session')
    .selectAll()
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', at)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();

/** Who has, or had, an API key or a session: of a key its organisation, of a session its user. */
export type Holder = Readonly<{ hash: string; id: string; org_id: string | null; user_id: string | null }>;

const nobody = sql<string | null>`null`;

/** By the SHA-256 of what they hold, also of what was revoked or is over. */
export const findHolders = async (
  db: Kysely<Database>,
  hashes: readonly string[],
): Promise<readonly Holder[]> =>
  hashes.length === 0
    ? []
    : db
        .selectFrom('api_key')
        .select(['hash', 'id', sql<string | null>`org_id`.as('org_id'), nobody.as('user_id')])
        .where('hash', 'in', hashes)
        .unionAll(
          db
            .selectFrom('session')
            .select(['hash', 'id', nobody.as('org_id'), sql<string | null>`user_id`.as('user_id')])
            .where('hash', 'in', hashes),
        )
        .execute();
