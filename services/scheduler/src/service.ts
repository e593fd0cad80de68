import { connectEventStore } from '@karrio/event-store-client';
import { connectNats } from '@karrio/messaging';
import { startOps } from '@karrio/process';
import { counter, gauge, histogram, type Logger } from '@karrio/telemetry';
import type { Config } from './config.ts';
import { openCheckpoint } from './run/checkpoint.ts';
import { keepAwake } from './run/keep-awake.ts';
import { createOpenRuns, type OpenRuns } from './run/open-runs.ts';

export const startSchedulerService = async (config: Config, log: Logger): Promise<AsyncDisposable> => {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(connectEventStore({ url: config.eventStoreUrl, log }));
  const connecting = connectNats({ url: config.natsUrl, name: 'scheduler', log });
  stack.use(
    await startOps({
      host: config.opsHost,
      port: config.opsPort,
      log,
      ready: {
        eventStore: store.ping,
        nats: async () => (await connecting).ping(),
      },
    }),
  );
  const bus = stack.use(await connecting);
  const lease = stack.use(bus.lease('scheduler'));
  const openRuns = createOpenRuns(config);
  stack.use(
    gauge('karrio_open_runs', 'Runs that began and have not ended, by state.', () => byState(openRuns)),
  );
  const closing = new AbortController();
  await store.available(closing.signal);
  const checkpoint = await openCheckpoint(store, log);
  const keeping = keepAwake(
    {
      store,
      bus,
      lease,
      openRuns,
      checkpoint,
      now: Date.now,
      log,
      woken: counter('karrio_wake_ups_total', 'Wake-ups of runs whose time had come, or that were silent.'),
      lateSeconds: histogram(
        'karrio_timer_late_seconds',
        'From the time of a run that waits to its wake-up.',
      ),
    },
    closing.signal,
  );
  stack.defer(async () => {
    closing.abort();
    await keeping;
  });
  return stack.move();
};

const byState = (openRuns: OpenRuns) =>
  Object.entries(openRuns.countByState()).map(([state, value]) => ({ value, attributes: { state } }));
