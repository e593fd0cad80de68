import { counter, gauge, histogram } from '@karrio/telemetry';
import type { GrpcServer } from './grpc/grpc-server.ts';
import type { Store } from './open-store.ts';
import type { ScavengeResult } from './scavenge/last-scavenge.ts';
import type { GroupFacts } from './stream/writer.ts';

const writes = counter('eventstore_writes_total', 'Appends and deletes that were decided.');
const bytes = counter('eventstore_written_bytes_total', 'Bytes written to the log.');
const groupSeconds = histogram('eventstore_group_commit_seconds', 'One write and one fdatasync.', {
  buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1],
});
const freedBytes = counter('eventstore_scavenge_freed_bytes_total', 'Disk that scavenging gave back.');
const removedEvents = counter('eventstore_scavenge_removed_events_total', 'Events that scavenging removed.');
const scavenges = counter('eventstore_scavenges_total', 'Scavenges that ended, by outcome.');
const scavengeSeconds = histogram('eventstore_scavenge_seconds', 'One scavenge from begin to end.', {
  buckets: [0.1, 1, 10, 60, 300, 1800, 7200],
});

/** One measurement per group, not per event. */
export const measure = () => ({
  group: (group: GroupFacts) => {
    writes.add(group.requests);
    bytes.add(group.bytes);
    groupSeconds.record(group.seconds);
  },
  scavenge: ({ outcome, bytes: freed, events, seconds }: ScavengeResult) => {
    scavenges.add(1, { outcome });
    freedBytes.add(freed);
    removedEvents.add(events);
    scavengeSeconds.record(seconds);
  },
  watch: (store: Store): Disposable => {
    using gauges = new DisposableStack();
    gauges.use(gauge('eventstore_events', 'Events in the log.', store.catalog.visible));
    gauges.use(
      gauge('eventstore_streams', 'Streams that were ever written.', store.catalog.index.streams.size),
    );
    gauges.use(gauge('eventstore_log_end_bytes', 'Position of the next event.', store.log.end));
    gauges.use(
      gauge('eventstore_waiting_subscribers', 'Subscribers that have seen everything.', store.tail.waiting),
    );
    gauges.use(
      gauge('eventstore_writable', '0 after a failed write.', () => (store.writer.failure() ? 0 : 1)),
    );
    return gauges.move();
  },
  watchClients: ({ connections, openCalls }: GrpcServer): Disposable => {
    using gauges = new DisposableStack();
    gauges.use(gauge('eventstore_connections', 'Clients that are connected.', connections));
    gauges.use(gauge('eventstore_open_calls', 'Calls in hand, subscriptions included.', openCalls));
    return gauges.move();
  },
});
