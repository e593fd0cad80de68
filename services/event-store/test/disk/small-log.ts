import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openEventLog, type EventLog } from '../../src/log/event-log.ts';

const raise = (error: Error) => {
  throw error;
};

/** A log without a server, and the events that recovery found in it. */
export const openLog = (folder: string, segmentBytesMax = 64 * 1024 * 1024) => {
  const seen: string[] = [];
  const log = openEventLog(
    { folder, segmentBytesMax, recentBytesMax: 0, onSpareFailure: raise },
    ({ stream, revision }) => {
      seen.push(`${String(revision)}@${stream}`);
    },
  );
  return { log, seen };
};

/** Recovery alone. */
export const recovered = async (folder: string) => {
  const { log, seen } = openLog(folder);
  await crash(log, folder);
  return { seen, tornBytes: log.tornBytes };
};

/** Leaves what a killed server leaves: all that it wrote, and no note of how far that was durable. */
export const crash = async (log: EventLog, folder: string) => {
  await log.close();
  rmSync(path.join(folder, 'durable'));
};

let count = 0;
const event = (data: string) => ({
  id: `00000000-0000-4000-8000-${String(count++).padStart(12, '0')}`,
  type: 'Happened',
  isJson: true,
  data: Buffer.from(data),
  metadata: Buffer.alloc(0),
});

export type Appended = Readonly<{ stream: string; events?: number; firstRevision?: number; data?: string }>;

/** Some appends in one group; returns the bytes that the group takes. */
export const writeGroup = async (log: EventLog, ...appends: readonly Appended[]) => {
  const group = log.beginGroup();
  for (const { stream, events = 1, firstRevision = 0, data = '{}' } of appends) {
    for (let index = 0; index < events; index++) {
      group.add(event(data), {
        name: Buffer.from(stream),
        revision: firstRevision + index,
        remaining: events - 1 - index,
        createdMs: Date.now(),
      });
    }
  }
  await log.append(group);
  return group.size();
};

export const segmentsOf = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => path.join(folder, name));

export const lastSegmentOf = (folder: string) => segmentsOf(folder).at(-1) ?? '';
