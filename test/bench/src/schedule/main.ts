import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { createLogger } from '@karrio/telemetry';
import { z } from 'zod';
import { figure, reportOf, type Figure } from '../store/figures.ts';
import { fillWithTriggers } from './fill.ts';
import { parseScheduleOptions, usage, type ScheduleOptions } from './options.ts';
import { startProcesses, type Service } from './processes.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const minuteMs = 60_000;
const settleMs = 8_000;
const idleMs = 12_000;

const bench = async ({ triggers, due, json }: ScheduleOptions) => {
  await using stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'karrio-bench-schedule-'));
  stack.defer(() => rm(root, { recursive: true, force: true }));
  const processes = stack.use(await startProcesses(root, 10 * due));
  const store = stack.use(
    connectEventStore({ url: processes.eventStoreUrl, log: createLogger('bench', 'warn') }),
  );
  say(`writing ${triggers} triggers ...`);
  await fillWithTriggers(store, triggers, due);
  const figures: Figure[] = [];
  say('starting from the log ...');
  const first = await started(processes.startScheduler, triggers);
  figures.push(figure('start from the log', first.startMs, 'ms'));
  await first.scheduler[Symbol.asyncDispose]();
  await using _command = await processes.startCommand();
  say('starting from the checkpoint ...');
  const { scheduler, startMs } = await started(processes.startScheduler, triggers);
  stack.use(scheduler);
  figures.push(figure('start from the checkpoint', startMs, 'ms'));
  say('idle ...');
  figures.push(await measureIdle(scheduler));
  say('two full minutes ...');
  for (let round = 0; round < 2; round++) figures.push(...(await measureMinute(store, scheduler, due)));
  say(`\n${reportOf(figures)}`);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
};

/** From the start of the process until it knows all triggers and could decide. */
const started = async (start: () => Promise<Service>, triggers: number) => {
  const beganMs = performance.now();
  const scheduler = await start();
  while ((await gaugeOf(scheduler)) < triggers) await delay(50);
  return { scheduler, startMs: performance.now() - beganMs };
};

const gaugeOf = async ({ opsPort }: Service): Promise<number> => {
  const metrics = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  return Number(/^karrio_scheduled_triggers\{[^}]*state="timed"[^}]*\} (\d+)/m.exec(metrics)?.[1] ?? 0);
};

/** Nothing is due, and no run is open: the slots of the last full minute are through, the next is not there yet. */
const measureIdle = async (scheduler: Service): Promise<Figure> => {
  await delay(settleMs);
  const leftMs = () => minuteMs - (Date.now() % minuteMs);
  while (leftMs() < idleMs + settleMs || leftMs() > minuteMs - 2 * settleMs) await delay(100);
  const before = scheduler.usage().cpuMs;
  await delay(idleMs);
  return figure('CPU without a due slot', (100 * (scheduler.usage().cpuMs - before)) / idleMs, '% of a core');
};

const measureMinute = async (
  store: EventStore,
  scheduler: Service,
  due: number,
): Promise<readonly Figure[]> => {
  const nowMs = Date.now();
  const fullMs = Math.ceil((nowMs + settleMs) / minuteMs) * minuteMs;
  await delay(fullMs - nowMs - 500);
  const before = scheduler.usage().cpuMs;
  const lateMs = await lateness(store, fullMs, due);
  const { cpuMs, rssMb } = scheduler.usage();
  return [
    figure('first run in the log after', lateMs.at(0) ?? 0, 'ms'),
    figure('half of the runs after', lateMs.at(due / 2) ?? 0, 'ms'),
    figure('last run in the log after', lateMs.at(-1) ?? 0, 'ms'),
    figure('CPU of the scheduler for a slot', (cpuMs - before) / due, 'ms'),
    figure('memory of the scheduler', rssMb, 'MiB'),
  ];
};

/** How long after the full minute each run of its slots was in the log, by the clock of the store. */
const lateness = async (store: EventStore, fullMs: number, due: number): Promise<readonly number[]> => {
  const closing = new AbortController();
  const filter = { eventTypePrefixes: ['RunRequested'] };
  const found: number[] = [];
  const slot = new Date(fullMs).toISOString();
  for await (const { events } of store.follow({ from: undefined, filter, signal: closing.signal })) {
    for (const { data, recordedAt } of events) {
      if (isRunOf(slot, data)) found.push(Date.parse(recordedAt) - fullMs);
    }
    if (found.length >= due) break;
  }
  closing.abort();
  return found.toSorted((a, b) => a - b);
};

const Requested = z.object({ slot: z.object({ dueAt: z.string() }).optional() });

const isRunOf = (slot: string, data: unknown): boolean =>
  Requested.safeParse(data).data?.slot?.dueAt === slot;

let options: ScheduleOptions;
try {
  options = parseScheduleOptions(process.argv.slice(2).filter((arg) => arg !== '--' && arg !== 'schedule'));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exit(2);
}
await bench(options);
