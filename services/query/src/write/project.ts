import type { LogBatch, Recorded } from '@karrio/event-store-client';
import type { Logger } from '@karrio/telemetry';
import { type BatchChanges, changesOf, parkedChange } from '../projection/batch.ts';
import { RowsRefused } from './rows-refused.ts';
import type { Writer } from './writer.ts';

type Projection = Readonly<{
  writer: Writer;
  /** Grows when an event is refused. */
  parked: Set<string>;
  log: Logger;
}>;

/**
 * Writes a batch from the position `from`, and says what changed. When its rows are refused, the halves are
 * written apart, down to the event that is to blame: that one's stream is parked, all others go on.
 */
export const project = async (
  projection: Projection,
  { events, position: to }: Pick<LogBatch, 'events' | 'position'>,
  from: bigint,
): Promise<readonly BatchChanges[]> => {
  const { writer, parked } = projection;
  try {
    const changes = folded(events, parked);
    await writer.write(changes.rows, from, to);
    return [changes];
  } catch (error) {
    if (!(error instanceof RowsRefused)) throw error;
    const [event, another] = events;
    if (event === undefined) throw error;
    if (another === undefined) return park(projection, event, error, from, to);
    const [first, second] = halves(events);
    const between = first.at(-1)?.position ?? from;
    const earlier = await project(projection, { events: first, position: between }, from);
    return [...earlier, ...(await project(projection, { events: second, position: to }, between))];
  }
};

const folded = (events: readonly Recorded[], parked: ReadonlySet<string>) => {
  try {
    return changesOf(events, parked);
  } catch (cause) {
    throw new RowsRefused('an event has no rows', { cause });
  }
};

const halves = (events: readonly Recorded[]) => {
  const middle = Math.ceil(events.length / 2);
  return [events.slice(0, middle), events.slice(middle)] as const;
};

const park = async (
  { writer, parked, log }: Projection,
  event: Recorded,
  error: RowsRefused,
  from: bigint,
  to: bigint,
): Promise<readonly BatchChanges[]> => {
  const { stream, revision, type } = event;
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  const changes = parkedChange(event, reason);
  await writer.write(changes.rows, from, to);
  parked.add(stream);
  log.error({ err: error, stream, revision, type }, 'event refused, its stream is parked');
  return [changes];
};
