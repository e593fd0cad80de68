import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { startOps } from '@karrio/process';
import { counter, gauge, histogram, type Logger } from '@karrio/telemetry';
import { openCheckpoint } from './checkpoint.ts';
import type { Config } from './config.ts';
import { keepAwake } from './run/keep-awake.ts';
import { OpenRunsThen } from './run/open-run.ts';
import { createOpenRuns } from './run/open-runs.ts';
import { createFireSlots } from './schedule/fire-slots.ts';
import { keepTime } from './schedule/keep-time.ts';
import { createStartRuns } from './schedule/start-runs.ts';
import { createTimedTriggers, TriggersThen } from './schedule/timed-triggers.ts';

export const startSchedulerService = async (
  config: Config,
  log: Logger,
  now: () => number = Date.now,
): Promise<AsyncDisposable> => {
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
  const closing = new AbortController();
  await store.available(closing.signal);
  const ports = { config, store, bus, log, now };
  const keeping = [
    await startRunKeeper(ports, closing.signal, stack),
    await startTimeKeeper(ports, closing.signal, stack),
  ];
  stack.defer(async () => {
    closing.abort();
    await Promise.all(keeping.map(({ running }) => running));
  });
  return stack.move();
};

type Ports = Readonly<{ config: Config; store: EventStore; bus: Bus; log: Logger; now: () => number }>;

const startRunKeeper = async (
  { config, store, bus, log }: Ports,
  signal: AbortSignal,
  stack: AsyncDisposableStack,
) => {
  const lease = stack.use(bus.lease('scheduler'));
  const openRuns = createOpenRuns(config);
  stack.use(
    gauge('karrio_open_runs', 'Runs that began and have not ended, by state.', () =>
      readings(openRuns.countByState()),
    ),
  );
  const checkpoint = await openCheckpoint({ store, name: 'scheduler', state: OpenRunsThen, log });
  const woken = counter(
    'karrio_wake_ups_total',
    'Wake-ups of runs whose time had come, or that were silent.',
  );
  const lateSeconds = histogram(
    'karrio_timer_late_seconds',
    'From the time of a run that waits to its wake-up.',
  );
  const ports = { store, bus, lease, openRuns, checkpoint, now: Date.now, log, woken, lateSeconds };
  return { running: keepAwake(ports, signal) };
};

const startTimeKeeper = async (
  { config, store, bus, log, now }: Ports,
  signal: AbortSignal,
  stack: AsyncDisposableStack,
) => {
  const lease = stack.use(bus.lease('schedules'));
  const triggers = createTimedTriggers();
  stack.use(
    gauge(
      'karrio_scheduled_triggers',
      'Triggers that have a schedule, by whether their next time is known.',
      () => readings(triggers.countByState()),
    ),
  );
  const checkpoint = await openCheckpoint({ store, name: 'schedules', state: TriggersThen, log });
  const slots = counter('karrio_slots_total', 'Slots of schedules, by what became of them.');
  const lateSeconds = histogram(
    'karrio_slot_late_seconds',
    'From the time of a slot to its line in the ledger.',
  );
  const ledger = { store, bus, triggers, linesKept: config.slotsKept, now, log, slots, lateSeconds };
  const fireSlots = createFireSlots(ledger);
  const startRuns = createStartRuns(ledger);
  return {
    running: keepTime({ store, lease, triggers, fireSlots, startRuns, checkpoint, now, log }, signal),
  };
};

const readings = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([state, value]) => ({ value, attributes: { state } }));
