import { derivedUuid, streams, type EventMetadata } from '@karrio/contracts';
import { eventGuard, type Event, type Json, type Stored } from '@karrio/domain';
import { createHash } from 'node:crypto';
import { RevisionConflict } from './errors.ts';
import type { EventStore } from './event-store.ts';

/** A part of a large JSON text, one append each. */
type BlobChunk = Event<'BlobChunk', { text: string }>;
const isBlobChunk = eventGuard<BlobChunk>({ BlobChunk: true });

/** Values up to this size stay in their event. */
const inlineMaxBytes = 64 * 1_024;
/** In characters: with JSON's and UTF-8's overhead a chunk stays well below the store's 1 MiB an append. */
const chunkChars = 128 * 1_024;

/**
 * The form in which an event holds a value. A large one is written to its own stream first, named by its
 * content and organisation, so that writing it again changes nothing.
 */
export const storeValue = async (
  store: EventStore,
  value: Json,
  metadata: EventMetadata,
): Promise<Stored> => {
  const text = JSON.stringify(value);
  if (text.length <= inlineMaxBytes / 4 || Buffer.byteLength(text) <= inlineMaxBytes) return { json: value };
  const blob = createHash('sha256').update(metadata.org).update('\n').update(text).digest('hex');
  await putChunks(store, streams.blob(blob), text, metadata);
  return { blob, bytes: Buffer.byteLength(text) };
};

/** @throws Error when the blob is not in the store: it is written before the event that names it. */
export const loadValue = async (store: EventStore, stored: Stored): Promise<Json> => {
  if ('json' in stored) return stored.json;
  const chunks = (await store.read(streams.blob(stored.blob))).filter(isBlobChunk);
  const text = chunks.map(({ data }) => data.text).join('');
  if (text === '') throw new Error(`blob ${stored.blob} is not in the event store`);
  // oxlint-disable-next-line typescript/consistent-type-assertions -- storeValue wrote the text of a Json
  return JSON.parse(text) as Json;
};

const putChunks = async (store: EventStore, stream: string, text: string, metadata: EventMetadata) => {
  const count = Math.ceil(text.length / chunkChars);
  try {
    for (let index = 0; index < count; index++) {
      const chunk: BlobChunk = {
        type: 'BlobChunk',
        data: { text: text.slice(index * chunkChars, (index + 1) * chunkChars) },
      };
      const id = derivedUuid(stream, String(index));
      await store.append(stream, [{ ...chunk, id, metadata }], index === 0 ? 'no-stream' : index - 1);
    }
  } catch (error) {
    // Another attempt at the same content went further; the store recognised the chunks that were equal.
    if (!(error instanceof RevisionConflict)) throw error;
  }
};
