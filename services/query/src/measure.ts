import type { LogBatch } from '@karrio/event-store-client';
import { counter, gauge, histogram } from '@karrio/telemetry';

const events = counter('query_events_total', 'Events projected into Postgres.');
const batchSize = histogram('query_batch_size_events', 'Events per transaction.', {
  unit: 'events',
  buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
});
const duration = histogram('query_batch_duration_seconds', 'From a batch in hand to its commit.');

export type Measure = Disposable &
  Readonly<{ projected: (batch: LogBatch, tookMs: number) => void; interrupted: () => void }>;

/** How far the read models are, and how far behind. */
export const measure = (parked: () => number): Measure => {
  let position = 0n;
  let lastRecordedAt: string | undefined;
  let isBehind = true;
  // Between batches nothing says whether more has come, so this is the lag of what was projected last.
  const lagSeconds = () =>
    isBehind && lastRecordedAt ? Math.max(0, Date.now() - Date.parse(lastRecordedAt)) / 1_000 : 0;
  const gauges = [
    gauge('query_position', 'Position of the log up to which the read models are written.', () =>
      Number(position),
    ),
    gauge(
      'query_lag_seconds',
      'Age of the last projected event while the read models are behind.',
      lagSeconds,
    ),
    gauge('query_parked_streams', 'Streams that queue up behind an event that Postgres refused.', parked),
  ];
  return {
    projected: (batch, tookMs) => {
      position = batch.position;
      isBehind = !batch.isCaughtUp;
      lastRecordedAt = batch.events.at(-1)?.recordedAt ?? lastRecordedAt;
      duration.record(tookMs / 1_000);
      if (batch.events.length === 0) return;
      events.add(batch.events.length);
      batchSize.record(batch.events.length);
    },
    interrupted: () => {
      isBehind = true;
    },
    [Symbol.dispose]: () => gauges.forEach((each) => each[Symbol.dispose]()),
  };
};
