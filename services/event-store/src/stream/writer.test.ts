import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EventLog } from '../log/event-log.ts';
import { createGroupBuffer } from '../log/group-buffer.ts';
import { createRecentBytes } from '../log/recent-bytes.ts';
import { createCatalog } from './catalog.ts';
import type { ExpectedState } from './commit-check.ts';
import type { WriteOutcome } from './write-request.ts';
import { createWriter } from './writer.ts';

const mib = 1024 * 1024;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A log in memory, whose groups are durable some turns of the loop after they were written. */
const slowLog = () => {
  const recent = createRecentBytes(64 * mib);
  const groups: number[] = [];
  let end = 32;
  const log: Pick<EventLog, 'beginGroup' | 'append' | 'end'> = {
    beginGroup: () => createGroupBuffer(end, recent),
    append: async (group) => {
      for (let turns = 0; turns < 5; turns++) await turn();
      groups.push(group.size());
      recent.keep(group.position, group.size());
      end = group.position + group.size();
    },
    end: () => end,
  };
  return { log: log as EventLog, groups };
};

const opened = () => {
  const { log, groups } = slowLog();
  const catalog = createCatalog();
  const raise = (error: Error) => {
    throw error;
  };
  const writer = createWriter({
    log,
    catalog,
    onPublished: () => undefined,
    onFailure: raise,
    onGroup: () => undefined,
  });
  const append = (expected: ExpectedState, bytes = 10) =>
    new Promise<Readonly<{ outcome: WriteOutcome; visible: number }>>((settled) => {
      const event = { id: randomUUID(), type: 'T', isJson: false, metadata: Buffer.alloc(0) };
      writer.submit({
        stream: 's',
        expected,
        change: { kind: 'append', events: [{ ...event, data: Buffer.alloc(bytes) }] },
        deadlineMs: Number.POSITIVE_INFINITY,
        settle: (outcome) => settled({ outcome, visible: catalog.visible() }),
      });
    });
  return { writer, append, groups };
};

const after = (revision: number): ExpectedState =>
  revision < 0 ? { kind: 'no-stream' } : { kind: 'revision', revision };

describe('the writer', () => {
  it('writes more than a group holds in the order in which it came, and then what came meanwhile', async () => {
    const { append, groups } = opened();
    const large = Array.from({ length: 12 }, (_, index) => append(after(index - 1), mib));
    // The first group is on its way.
    await turn();
    await turn();
    const later = [12, 13].map((revision) => append(after(revision - 1)));
    const settled = await Promise.all([...large, ...later]);

    expect(settled.map(({ outcome }) => outcome)).toMatchObject(
      settled.map((_, revision) => ({ kind: 'written', revision })),
    );
    expect(groups.length).toBeGreaterThan(2);
    expect(Math.max(...groups)).toBeLessThan(6 * mib);
  });

  it('answers an append when readers may see it, and no sooner shows it', async () => {
    const { append } = opened();
    const first = append(after(-1));
    const second = append({ kind: 'any' });

    // Of one group: both are there when either is answered.
    expect((await first).visible).toBe(2);
    expect((await second).visible).toBe(2);
  });

  it('that is closed writes what it has, and refuses what comes later', async () => {
    const { writer, append, groups } = opened();
    const before = Array.from({ length: 6 }, () => append({ kind: 'any' }, mib));
    const closing = writer.close();
    const late = await append({ kind: 'any' });
    await closing;

    expect(groups.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(6 * mib);
    expect(late.outcome).toEqual({ kind: 'refused', reason: 'the event store is shutting down' });
    for (const { outcome } of await Promise.all(before)) expect(outcome.kind).toBe('written');
  });
});
