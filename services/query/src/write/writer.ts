import { projectionName } from '@karrio/read-model';
import type { BatchChanges } from '../projection/batch.ts';
import { openConnection, type Place } from './connection.ts';
import { encodeRows } from './encode-rows.ts';
import { statementOf } from './statement.ts';

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

export const openWriter = (place: Place): Writer => {
  const { query, [Symbol.asyncDispose]: close } = openConnection(place);
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
      const { name, parts, values } = encodeRows(rows);
      const moved = await query({
        // Named, so that it is planned once per connection.
        name,
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
    [Symbol.asyncDispose]: close,
  };
};
