import { randomUUID } from 'node:crypto';
import type { EventLog } from '../log/event-log.ts';
import { idOf } from '../log/frame.ts';
import type { Catalog } from './catalog.ts';
import type { WriteOutcome } from './write-request.ts';
import type { Writer } from './writer.ts';

/**
 * The id of the first event names the log for ever. As in the real server that event is one of the system, so
 * nobody's own event stands at the very beginning.
 */
export const identifyLog = async (log: EventLog, catalog: Catalog, writer: Writer): Promise<string> => {
  const { index } = catalog;
  if (catalog.visible() === 0) await begin(writer);
  const first = log.read(index.positionAt(0), catalog.visible() > 1 ? index.positionAt(1) : log.end());
  return idOf(first.bytes, first.start);
};

const begin = async (writer: Writer) => {
  const outcome = await new Promise<WriteOutcome>((settle) => {
    writer.submit({
      stream: '$epoch-information',
      expected: { kind: 'no-stream' },
      change: { kind: 'append', events: [firstEvent()] },
      deadlineMs: Number.POSITIVE_INFINITY,
      settle,
    });
  });
  if (outcome.kind !== 'written')
    throw new Error('the log could not be begun: is the disk full or read-only?');
};

const firstEvent = () => ({
  id: randomUUID(),
  type: '$epoch-information',
  isJson: true,
  data: Buffer.from('{}'),
  metadata: Buffer.alloc(0),
});
