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
const gossipRead = '/event_store.client.gossip.Gossip/Read';
const features = '/event_store.client.server_features.ServerFeatures/GetSupportedMethods';

/** Clients ask these before they sign in; like EventStoreDB's they tell nothing of the log. */
export const isPublic = (path: string) => path === gossipRead || path === features;

/** Everything that is not known to be a read changes the log, also what is added later. */
export const isWrite = (path: string) => !isPublic(path) && path !== `${streams}/Read`;

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
    [gossipRead, gossip(member)],
  ]);
  return methods.set(features, serverFeatures([...methods.keys(), features]));
};
