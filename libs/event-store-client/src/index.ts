export { backoffMs, pause } from './backoff.ts';
export { loadValue, storeValue } from './blob.ts';
export { connectEventStore, type EventStoreOptions } from './connect.ts';
export {
  AccessDenied,
  AppendRefused,
  RevisionConflict,
  StoreUnavailable,
  StreamDeleted,
  type Denial,
  type Refusal,
  type Unavailability,
} from './errors.ts';
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
