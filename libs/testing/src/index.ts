export { eventStoreUser } from './event-store-user.ts';
export { eventually } from './eventually.ts';
export { freshDatabase, type Database } from './fresh-database.ts';
export { freshNats, natsUrl } from './fresh-nats.ts';
export { startOtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts';
export { makeCertificates, type Certificates } from './make-certificates.ts';
export { startEventStore, type EventStoreOptions, type EventStoreServer } from './start-event-store.ts';
export { startService, type ServiceOptions, type ServiceProcess } from './start-service.ts';
export { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts';
