import { projectionName } from '@karrio/read-model';
import pg from 'pg';
import type { BatchChanges } from '../projection/batch.ts';
import { tables, type TableName } from '../projection/table.ts';
import { rowJson } from './row-json.ts';
import { isRefusal, RowsRefused } from './rows-refused.ts';
import { type Part, statementOf } from './statement.ts';

/** The checkpoint is not where this process left it: another one projects too, or Postgres lost its last moment. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

export interface Writer extends AsyncDisposable {
  /** Up to where the log is projected; -1 before its first event. */
  readonly checkpoint: () => Promise<bigint>;
  /**
   * Rows and checkpoint, both or neither; the same rows again change nothing.
   * @throws RowsRefused, CheckpointMoved, or what the connection throws; the writer can be used again after each
   */
  readonly write: (rows: BatchChanges['rows'], from: bigint, to: bigint) => Promise<void>;
  /** The streams that queue up behind a refused event. */
  readonly parkedStreams: () => Promise<readonly string[]>;
  /** Forgets that a stream was parked. */
  readonly release: (stream: string) => Promise<void>;
}

/** One connection, made when needed and made anew after any fault. */
export const openWriter = ({ url }: Readonly<{ url: string }>): Writer => {
  let client: pg.Client | undefined;

  const drop = () => {
    const dropped = client;
    client = undefined;
    void dropped?.end().catch(() => {});
  };

  const query = async <Row extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<readonly Row[]> => {
    try {
      client ??= await connect(url, drop);
      const { rows } = await client.query<Row>(config);
      return rows;
    } catch (error) {
      if (isRefusal(error)) throw new RowsRefused('Postgres refused rows', { cause: error });
      drop();
      throw error;
    }
  };

  return {
    checkpoint: async () => {
      await query({
        text: 'insert into checkpoint (projection, position) values ($1, -1) on conflict do nothing',
        values: [projectionName],
      });
      const [row] = await query<{ position: string }>({
        text: 'select position from checkpoint where projection = $1',
        values: [projectionName],
      });
      return BigInt(row?.position ?? -1);
    },
    write: async (rows, from, to) => {
      const { parts, values } = encode(rows);
      const moved = await query({
        // Named, so that it is planned once per connection.
        name: nameOf(parts),
        text: statementOf(parts),
        values: [projectionName, String(from), String(to), ...values],
      });
      if (moved.length === 0) throw new CheckpointMoved(`the checkpoint is no longer at ${from}`);
    },
    parkedStreams: async () => {
      const rows = await query<{ stream: string }>({ text: 'select distinct stream from parked_event' });
      return rows.map(({ stream }) => stream);
    },
    release: async (stream) => {
      await query({ text: 'delete from parked_event where stream = $1', values: [stream] });
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

const connect = async (url: string, onLost: () => void): Promise<pg.Client> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'karrio-query-writer',
    options: settings,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    // A host that vanished without a word is a fault too.
    query_timeout: 60_000,
  });
  client.on('error', onLost);
  await client.connect();
  return client;
};

const tableNames = Object.keys(tables).filter((name): name is TableName => name in tables);

/** Short for every combination: Postgres cuts names at 63 bytes. */
const nameOf = (parts: readonly Part[]) =>
  parts
    .map(({ table, are }) => tableNames.indexOf(table).toString(36) + (are === 'created' ? '+' : '~'))
    .join('');

const encode = (rows: BatchChanges['rows']) => {
  const parts: Part[] = [];
  const values: string[] = [];
  try {
    for (const table of tableNames) {
      for (const are of ['created', 'changed'] as const) {
        if (rows[table][are].length === 0) continue;
        parts.push({ table, are });
        values.push(rowJson(rows[table][are]));
      }
    }
  } catch (cause) {
    throw new RowsRefused('rows have no JSON', { cause });
  }
  return { parts, values };
};
