import type { ReadStore } from '../read/read-store.ts';
import type { WriteRequest } from '../stream/write-request.ts';
import { append } from './append.ts';
import { batchAppend } from './batch-append.ts';
import { deleteStream } from './delete.ts';
import { gossip, type Member } from './gossip.ts';
import type { Method } from './method.ts';
import { read } from './read.ts';
import { serverFeatures } from './server-features.ts';

const streams = '/event_store.client.streams.Streams';

/** Everything this server can do, by the path of the call; anything else is answered with UNIMPLEMENTED. */
export const createMethods = (
  store: ReadStore,
  submit: (request: WriteRequest) => void,
  member: Member,
): ReadonlyMap<string, Method> => {
  const methods = new Map<string, Method>([
    [`${streams}/Read`, read(store)],
    [`${streams}/Append`, append(submit)],
    [`${streams}/BatchAppend`, batchAppend(submit)],
    [`${streams}/Delete`, deleteStream(submit, { kind: 'soft-delete' })],
    [`${streams}/Tombstone`, deleteStream(submit, { kind: 'tombstone' })],
    ['/event_store.client.gossip.Gossip/Read', gossip(member)],
  ]);
  const features = '/event_store.client.server_features.ServerFeatures/GetSupportedMethods';
  return methods.set(features, serverFeatures([...methods.keys(), features]));
};
