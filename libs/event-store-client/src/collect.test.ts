import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { collect } from './collect.ts';
import type { ReadStream } from './wire/channel.ts';
import type { ReadResponse } from './wire/read-response.ts';

it('takes in no more than a batch that its reader has not taken, and goes on once it has', async () => {
  // Of the calls of gRPC only what every stream has is used.
  const source = new PassThrough({ objectMode: true }) as unknown as ReadStream & PassThrough;
  const inbox = collect(source, { from: undefined, batchMax: 3, onHeard: () => undefined });
  for (let position = 0n; position < 10n; position++) {
    const response: ReadResponse = { is: 'event', position, recorded: { position } as never };
    source.push(response);
  }
  source.push(null);

  const batches: (readonly bigint[])[] = [];
  while (!inbox.isOver() || inbox.isWaiting()) {
    const batch = inbox.take();
    if (batch) batches.push(batch.events.map(({ position }) => position));
    else await inbox.news();
  }
  expect(batches.flat()).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
  expect(Math.max(...batches.map(({ length }) => length))).toBe(3);
});
