import { closeSync, openSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { openEventLog } from '../src/log/event-log.ts';
import { createCatalog } from '../src/stream/catalog.ts';
import { createWriter } from '../src/stream/writer.ts';
import type { WriteOutcome } from '../src/stream/write-request.ts';

const ignore = () => undefined;
const event = () => ({
  id: randomUUID(),
  type: 'T',
  isJson: true,
  data: Buffer.from('{}'),
  metadata: Buffer.alloc(0),
});

describe('a write that fails', () => {
  it('ends all writing loudly, refuses what waits, and leaves readers what was durable', async () => {
    await using folder = await temporaryFolder();
    const catalog = createCatalog();
    const options = { segmentBytesMax: 1e7, recentBytesMax: 1e7, onSpareFailure: ignore };
    const log = openEventLog({ folder: folder.path, ...options }, ignore);
    const failures: string[] = [];
    const onFailure = ({ message }: Error) => failures.push(message);
    const writer = createWriter({ log, catalog, onFailure, onPublished: ignore, onGroup: ignore });
    const append = () =>
      new Promise<WriteOutcome>((settle) => {
        const change = { kind: 'append', events: [event()] } as const;
        writer.submit({
          stream: 's',
          expected: { kind: 'any' },
          change,
          deadlineMs: Number.POSITIVE_INFINITY,
          settle,
        });
      });

    expect(await append()).toMatchObject({ kind: 'written', revision: 0 });
    // The descriptor is gone as after an error of the disk; another file takes its number, read-only.
    await log.close();
    const other = openSync('/dev/null', 'r');
    const refused = await Promise.all([append(), append()]);
    closeSync(other);

    expect(refused.map(({ kind }) => kind)).toEqual(['refused', 'refused']);
    expect(failures).toHaveLength(1);
    expect(await append()).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('accepts no writes'),
    });
    expect(catalog.visible()).toBe(1);
    expect(writer.failure()?.message).toBe(failures[0]);
    await writer.close();
  });
});
