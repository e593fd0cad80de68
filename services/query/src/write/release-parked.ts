import type { Recorded } from '@karrio/event-store-client';
import type { Logger } from '@karrio/telemetry';
import { changesOf } from '../projection/batch.ts';
import { RowsRefused } from './rows-refused.ts';
import type { Writer } from './writer.ts';

type Parts = Readonly<{
  writer: Writer;
  /** All events of a stream. */
  read: (stream: string) => Promise<readonly Recorded[]>;
  /** Afterwards: the streams that are still parked. */
  parked: Set<string>;
  log: Logger;
}>;

/**
 * Tries each parked stream again, so that deploying what it waits for is all that an operator has to do. The
 * whole stream is written: rows that are there already stay as they are.
 */
export const releaseParked = async ({ writer, read, parked, log }: Parts): Promise<void> => {
  parked.clear();
  for (const stream of await writer.parkedStreams()) {
    const position = await writer.checkpoint();
    try {
      const { rows } = changesOf(await read(stream), new Set());
      await writer.write(rows, position, position);
      await writer.release(stream);
      log.info({ stream }, 'parked stream released');
    } catch (err) {
      if (!(err instanceof RowsRefused)) throw err;
      parked.add(stream);
      log.warn({ err, stream }, 'stream stays parked');
    }
  }
};
