export { backoffMs, pause } from './backoff.ts';
export { loadValue, storeValue } from './blob.ts';
export { connectEventStore, type EventStoreOptions } from './connect.ts';
export { AppendRefused, RevisionConflict, StoreUnavailable } from './errors.ts';
export type {
  Appended,
  EventStore,
  ExpectedRevision,
  FollowOptions,
  LogBatch,
  LogFilter,
  NewEvent,
  Recorded,
} from './event-store.ts';
