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
import type { z } from 'zod';
import { pack, unpack } from './pack.ts';

/** What was known at a position of the log: a restart reads only what came after. */
export type Snapshot<T> = Readonly<{ position: bigint; state: T }>;

/** `runs` is how older builds call the state. */
type CheckpointSaved = Event<'CheckpointSaved', { position: string; state?: Stored; runs?: Stored }>;
const isCheckpointSaved = eventGuard<CheckpointSaved>({ CheckpointSaved: true });

export type CheckpointOptions<T extends object> = Readonly<{
  store: EventStore;
  /** Of the reader, as its stream names it. */
  name: string;
  state: z.ZodType<T>;
  log: Logger;
}>;

/** Where a reader of the log stands, in the log itself; every replica may save, the later one wins. */
export const openCheckpoint = async <T extends object>({ store, name, state, log }: CheckpointOptions<T>) => {
  const stream = streams.checkpoint(name);
  await store.keepLast(stream, 10);
  let last = await lastOf(store, stream);
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
    saved: await load({ store, name, state, log }, last),
    /** @throws StoreUnavailable */
    save: async ({ position, state: then }: Snapshot<T>): Promise<void> => {
      // Its own content, though another replica should save the same: a blob that was deleted never comes back.
      const stored = await storeValue(store, await pack({ savedBy: randomUUID(), ...then }), metadata);
      const former = last && blobOf(last);
      try {
        await append({ position: position.toString(), state: stored });
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
        // Another replica saved: this one has only to know where the stream stands.
        last = await lastOf(store, stream);
        if ('blob' in stored) await store.deleteForGood(streams.blob(stored.blob));
        return;
      }
      if (former !== undefined) await store.deleteForGood(streams.blob(former));
    },
  };
};
export type Checkpoint<T> = Readonly<{
  saved: Snapshot<T> | undefined;
  save: (snapshot: Snapshot<T>) => Promise<void>;
}>;

const lastOf = async (store: EventStore, stream: string): Promise<Recorded | undefined> =>
  (await store.read(stream)).at(-1);

const stateIn = (recorded: Recorded): Stored | undefined =>
  isCheckpointSaved(recorded) ? (recorded.data.state ?? recorded.data.runs) : undefined;

const blobOf = (recorded: Recorded): string | undefined => {
  const stored = stateIn(recorded);
  return stored && 'blob' in stored ? stored.blob : undefined;
};

/** Nothing where it cannot be read, since everything in it can be read from the log again. */
const load = async <T extends object>(
  { store, name, state, log }: CheckpointOptions<T>,
  last: Recorded | undefined,
): Promise<Snapshot<T> | undefined> => {
  const stored = last && stateIn(last);
  if (!stored || !isCheckpointSaved(last)) return undefined;
  try {
    return {
      position: BigInt(last.data.position),
      state: state.parse(await unpack(await loadValue(store, stored))),
    };
  } catch (err) {
    log.warn({ err, reader: name }, 'checkpoint cannot be read, reading the log from its beginning');
    return undefined;
  }
};
