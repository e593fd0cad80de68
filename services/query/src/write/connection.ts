import pg from 'pg';
import { isRefusal, RowsRefused } from './rows-refused.ts';

export interface Connection extends AsyncDisposable {
  /** @throws RowsRefused, or what the connection throws */
  readonly query: <Row extends pg.QueryResultRow>(config: pg.QueryConfig) => Promise<readonly Row[]>;
}

/** `schema`: where the tables are, if not in `public`. */
export type Place = Readonly<{ url: string; schema?: string | undefined }>;

/** One connection for one caller at a time, made when needed and made anew after any fault. */
export const openConnection = ({ url, schema }: Place): Connection => {
  let client: pg.Client | undefined;

  const drop = () => {
    const dropped = client;
    client = undefined;
    void dropped?.end().catch(() => {});
  };

  return {
    query: async <Row extends pg.QueryResultRow>(config: pg.QueryConfig) => {
      try {
        client ??= await connect({ url, schema }, drop);
        const { rows } = await client.query<Row>(config);
        return rows;
      } catch (error) {
        if (isRefusal(error)) throw new RowsRefused('Postgres refused rows', { cause: error });
        drop();
        throw error;
      }
    },
    [Symbol.asyncDispose]: async () => {
      const closing = client;
      client = undefined;
      await closing?.end();
    },
  };
};

/**
 * `synchronous_commit` is off since the log is the truth: after a crash of Postgres the last moment of rows is
 * gone together with its checkpoint, and is projected again. Every statement goes by key: a plan made while a
 * table was small must not scan it when it has grown.
 */
const settings = [
  'synchronous_commit=off',
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
]
  .concat(['plan_cache_mode=force_generic_plan', 'jit=off'])
  .map((setting) => `-c ${setting}`)
  .join(' ');

const connect = async ({ url, schema }: Place, onLost: () => void): Promise<pg.Client> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'karrio-query-writer',
    options: schema === undefined ? settings : `${settings} -c search_path=${schema}`,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    // A host that vanished without a word is a fault too.
    query_timeout: 60_000,
  });
  client.on('error', onLost);
  await client.connect();
  return client;
};
