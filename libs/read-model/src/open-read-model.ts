import { Kysely, PostgresDialect, sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import type { Database } from './schema.ts';
import { createWalls } from './walls.ts';

export interface ReadModel extends AsyncDisposable {
  /** Sees everything: for who does not know yet whose the rows are. */
  readonly db: Kysely<Database>;
  /** Sees the rows of one organisation, whatever a statement asks for. */
  readonly of: (org: string) => Kysely<Database>;
  /** @throws when Postgres does not answer. */
  readonly ping: () => Promise<void>;
}

export type ReadModelOptions = Readonly<{
  url: string;
  poolMax: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Where the tables are, if not in `public`. */
  schema?: string;
  /** A query that takes longer fails; without it, it waits as long as Postgres does. */
  queryTimeoutMs?: number;
}>;

/** Connects at the first query, and again at the next one after a connection broke. */
export const openReadModel = (options: ReadModelOptions): ReadModel => {
  const { url, poolMax, applicationName, schema, queryTimeoutMs } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: poolMax,
    application_name: applicationName,
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
    // A query fails after this instead of hanging on a host that does not answer.
    connectionTimeoutMillis: 5_000,
    // The server gives a query up; where it does not answer at all, the client does, a little later.
    ...(queryTimeoutMs === undefined
      ? {}
      : { statement_timeout: queryTimeoutMs, query_timeout: queryTimeoutMs + 1_000 }),
    types: { getTypeParser },
  });
  // An idle connection that breaks has left the pool already; without a listener it would end the process.
  pool.on('error', () => {});
  const walls = createWalls(pool);
  const opened = (org: string | undefined) =>
    new Kysely<Database>({ dialect: new PostgresDialect({ pool: walls(org) }) });
  const db = opened(undefined);
  const ofOrgs = new LRUCache<string, Kysely<Database>>({ max: orgsMax, memoMethod: opened });
  return {
    db,
    of: (org) => ofOrgs.memo(org),
    ping: async () => {
      await sql`select 1`.execute(db);
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
};

/** Each is a few objects; the connections are shared. */
const orgsMax = 1_000;

const isoTime = (text: string) => new Date(text).toISOString();

/** Times leave Postgres as the ISO strings they came in as, not as `Date`. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary'): unknown =>
  oid === pg.types.builtins.TIMESTAMPTZ ? isoTime : pg.types.getTypeParser(oid, format);
