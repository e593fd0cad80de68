import { newId, streams, type EventMetadata } from '@karrio/contracts';
import { eventGuard, type Event, type Stored } from '@karrio/domain';
import {
  loadValue,
  RevisionConflict,
  storeValue,
  type EventStore,
  type ExpectedRevision,
  type Recorded,
} from '@karrio/event-store-client';
import type { Logger } from '@karrio/telemetry';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { OpenRun } from './open-run.ts';

/** Every run that was open at a position of the log: a restart reads only what came after. */
export type Snapshot = Readonly<{
  position: bigint;
  runs: readonly OpenRun[];
  /** The workflows and organisations that were paused. */
  paused: readonly string[];
}>;

type CheckpointSaved = Event<'CheckpointSaved', { position: string; runs: Stored }>;
const isCheckpointSaved = eventGuard<CheckpointSaved>({ CheckpointSaved: true });

const Runs = z.object({
  runs: z.array(
    z.object({
      runId: z.string(),
      org: z.string(),
      workflowId: z.string().exactOptional(),
      untilMs: z.number().exactOptional(),
      isPaused: z.boolean().exactOptional(),
      parkedFor: z.string().exactOptional(),
      isCancelled: z.boolean().exactOptional(),
    }),
  ),
  paused: z.array(z.string()).default([]),
});

const stream = streams.checkpoint('scheduler');

/** Where the keeper of time stands, in the log itself; every replica may save, the later one wins. */
export const openCheckpoint = async (store: EventStore, log: Logger) => {
  await store.keepLast(stream, 10);
  let last = await lastOf(store);
  const causation = newId('command');
  const metadata: EventMetadata = {
    org: 'system',
    actor: 'scheduler',
    $correlationId: causation,
    $causationId: causation,
    schema: 1,
  };
  const append = async (data: CheckpointSaved['data']): Promise<void> => {
    const event = { type: 'CheckpointSaved', data, id: randomUUID(), metadata };
    const expected: ExpectedRevision = last?.revision ?? 'no-stream';
    const { revision, position } = await store.append(stream, [event], expected);
    last = { ...event, stream, revision, position, recordedAt: '' };
  };
  return {
    saved: await load(store, last, log),
    /** @throws StoreUnavailable */
    save: async ({ position, runs, paused }: Snapshot): Promise<void> => {
      // Its own content, though another replica should save the same: a blob that was deleted never comes back.
      const value = { savedBy: randomUUID(), runs: runs.map((run) => ({ ...run })), paused: [...paused] };
      const stored = await storeValue(store, value, metadata);
      const former = last && blobOf(last);
      try {
        await append({ position: position.toString(), runs: stored });
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
        // Another replica saved: this one has only to know where the stream stands.
        last = await lastOf(store);
        if ('blob' in stored) await store.deleteForGood(streams.blob(stored.blob));
        return;
      }
      if (former !== undefined) await store.deleteForGood(streams.blob(former));
    },
  };
};
export type Checkpoint = Awaited<ReturnType<typeof openCheckpoint>>;

const lastOf = async (store: EventStore): Promise<Recorded | undefined> => (await store.read(stream)).at(-1);

const blobOf = (recorded: Recorded): string | undefined =>
  isCheckpointSaved(recorded) && 'blob' in recorded.data.runs ? recorded.data.runs.blob : undefined;

/** Nothing where it cannot be read, since everything in it can be read from the log again. */
const load = async (
  store: EventStore,
  last: Recorded | undefined,
  log: Logger,
): Promise<Snapshot | undefined> => {
  if (!last || !isCheckpointSaved(last)) return undefined;
  try {
    const { runs, paused } = Runs.parse(await loadValue(store, last.data.runs));
    return { position: BigInt(last.data.position), runs, paused };
  } catch (err) {
    log.warn({ err }, 'checkpoint cannot be read, reading all runs from the log');
    return undefined;
  }
};
