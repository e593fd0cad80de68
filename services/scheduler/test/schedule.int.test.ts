import { derivedId, newId, streams, type Command, type EventMetadata } from '@karrio/contracts';
import {
  defaultSchedulePolicy,
  isSlotEvent,
  laterTriggerFields,
  type SchedulePolicy,
  type SlotEvent,
} from '@karrio/domain';
import { freePort, startNode } from '@karrio/embedded';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats, startEventStore } from '@karrio/testing';
import { randomInt, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { startSchedulerService } from '../src/service.ts';
import { answerCommands } from './command-stub.ts';

const log = createLogger('test', 'silent');
let stack: AsyncDisposableStack;
let store: EventStore;
let bus: Bus;
let env: Readonly<Record<string, string>>;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const server = stack.use(await startEventStore());
  const nats = stack.use(await freshNats());
  store = stack.use(connectEventStore({ url: server.url, log }));
  bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  env = { NATS_URL: nats.url, EVENTSTORE_URL: server.url };
});
afterEach(() => stack.disposeAsync());

const startScheduler = (now: () => number = Date.now) => startSchedulerService(loadConfig(env), log, now);

const metadata: EventMetadata = {
  org: 'org_1',
  actor: 'test',
  $correlationId: 'c',
  $causationId: 'c',
  schema: 1,
};
const write = (stream: string, type: string, data: object, expected: number | 'no-stream' = 'no-stream') =>
  store.append(stream, [{ type, data, id: randomUUID(), metadata }], expected);

const second = 1_000;
const hour = 3_600_000;

const definitionOf = (schedule: string, policy?: Partial<SchedulePolicy>) => ({
  ...laterTriggerFields,
  triggerType: 'scheduled',
  schedule,
  schedulePolicy: policy ? { ...defaultSchedulePolicy, ...policy } : null,
  secretKey: null,
  sealedSecret: null,
  templateSlug: null,
});

/** A trigger of a workflow of its own, made at a time. */
const aTrigger = async (
  schedule: string,
  {
    atMs = Date.now(),
    policy,
    testMode = false,
  }: { atMs?: number; policy?: Partial<SchedulePolicy>; testMode?: boolean } = {},
): Promise<string> => {
  const [id, workflowId, at] = [newId('trigger'), newId('workflow'), new Date(atMs).toISOString()];
  await write(streams.trigger(id), 'TriggerCreated', {
    id,
    slug: 's',
    workflowId,
    definition: { ...definitionOf(schedule, policy), testMode },
    at,
  });
  await write(streams.workflow(workflowId), 'WorkflowCreated', { id: workflowId, isActive: true, at });
  return id;
};

const ledgerOf = async (triggerId: string): Promise<readonly SlotEvent[]> =>
  (await store.read(streams.schedule(triggerId))).filter(isSlotEvent);

const runIdOf = (command: Command | undefined) => (command?.payload as { runId?: string } | undefined)?.runId;

describe('a scheduled trigger', () => {
  it('starts one run for each slot, which knows trigger and slot and is a test where the trigger is', async () => {
    const command = stack.use(answerCommands(bus, store));
    stack.use(await startScheduler());
    const id = await aTrigger('* * * * * *', { testMode: true });
    const commands = await eventually('three slots were fired', () => {
      // To ask again is to ask for the same run.
      const byRun = new Map(command.commands.map((each) => [runIdOf(each), each]));
      return byRun.size >= 3 && [...byRun.values()];
    });
    const slots = commands.map(({ payload }) => (payload as { slot: { name: string; dueAt: string } }).slot);
    const dues = slots.map(({ dueAt }) => Date.parse(dueAt)).toSorted((a, b) => a - b);
    expect(dues).toEqual(dues.map((_, index) => (dues[0] ?? 0) + index * second));
    expect(commands[0]?.payload).toMatchObject({
      runId: derivedId('run', id, slots[0]?.name ?? ''),
      eventType: 'scheduled',
      testMode: true,
      triggerId: id,
      parameters: { schedule: { slot: slots[0]?.name } },
    });
  });

  it('says why a slot has no run, where that was refused', async () => {
    const command = stack.use(answerCommands(bus, store, () => 'The workflow is switched off.'));
    stack.use(await startScheduler());
    const id = await aTrigger('* * * * * *');
    const refused = await eventually('it is in the ledger', async () =>
      (await ledgerOf(id)).find(({ type }) => type === 'OccurrenceRefused'),
    );
    expect(refused.data).toMatchObject({ code: 'inactive', message: 'The workflow is switched off.' });
    const asked = command.commands.filter(
      ({ payload }) => (payload as { runId: string }).runId === (refused.data as { runId: string }).runId,
    );
    expect(asked).toHaveLength(1);
  });

  it('cancels what runs for the next slot, before that begins', async () => {
    const command = stack.use(answerCommands(bus, store));
    stack.use(await startScheduler());
    await aTrigger('* * * * * *', { policy: { overlapPolicy: 'cancel_running' } });
    const cancel = await eventually('the first run is cancelled', () =>
      command.commands.find(({ name }) => name === 'cancel_run'),
    );
    const [first, next] = command.commands.filter(({ name }) => name === 'request_run');
    expect(cancel.payload).toMatchObject({ id: runIdOf(first) });
    expect(command.commands.indexOf(cancel)).toBeLessThan(
      command.commands.indexOf(next ?? cancel) + (next ? 0 : 1),
    );
  });
});

describe('a ledger', () => {
  it('forgets what is older than what is kept, and goes on where it was', async () => {
    stack.use(answerCommands(bus, store));
    const beginMs = Date.now() - 130 * second;
    const id = await aTrigger('* * * * * *', { atMs: beginMs, policy: { catchUpPolicy: 'all' } });
    env = { ...env, SLOTS_KEPT: '100' };
    let first = await startScheduler();
    const revisions = async () => (await store.read(streams.schedule(id))).map(({ revision }) => revision);
    const isCut = async () => ((await revisions())[0] ?? 0) > 0;
    await eventually('older lines are forgotten', isCut);
    await first[Symbol.asyncDispose]();
    const [kept] = await revisions();
    const slots = (await ledgerOf(id)).flatMap(({ data }) => ('slot' in data ? [data.slot.dueAt] : []));
    // From the log alone: what was forgotten is not decided again.
    const checkpoint = await store.readLast(streams.checkpoint('schedules'));
    const unreadable = { position: '0', state: { value: 'unreadable' } };
    await write(streams.checkpoint('schedules'), 'CheckpointSaved', unreadable, checkpoint?.revision);
    first = stack.use(await startScheduler());
    const later = await eventually('it goes on', async () => {
      const dues = (await ledgerOf(id)).flatMap(({ data }) => ('slot' in data ? [data.slot.dueAt] : []));
      return dues.filter((due) => due > (slots.at(-1) ?? '')).length > 2 && dues;
    });
    expect(later).toEqual([...new Set(later)].toSorted());
    // It forgets on as time goes on, and nothing that it forgot comes back.
    expect(Date.parse(later[0] ?? '')).toBeGreaterThanOrEqual(Date.parse(slots[0] ?? ''));
    expect((await revisions())[0]).toBeGreaterThanOrEqual(kept ?? Infinity);
  });
});

describe('after the scheduler was away', () => {
  /** Half past an hour, lest a slot come while the test looks. */
  const halfPast = () => {
    const aheadMs = (hour + hour / 2 - (Date.now() % hour)) % hour;
    return () => Date.now() + aheadMs;
  };

  it('slots of that time are caught up as their policy says, from the log alone or from a checkpoint', async () => {
    stack.use(answerCommands(bus, store));
    const now = halfPast();
    const dayAgo = now() - 24 * hour;
    const last = await aTrigger('0 * * * *', { atMs: dayAgo });
    const none = await aTrigger('0 * * * *', { atMs: dayAgo, policy: { catchUpPolicy: 'none' } });
    const all = await aTrigger('0 * * * *', { atMs: dayAgo, policy: { catchUpPolicy: 'all' } });
    const startsAt = new Date(now() + 10 * hour).toISOString();
    const later = await aTrigger('0 * * * *', { atMs: now(), policy: { catchUpPolicy: 'all', startsAt } });
    const kinds = async (id: string) => (await ledgerOf(id)).map(({ type }) => type);
    const first = await startScheduler(now);
    await eventually('all are decided', async () =>
      (await Promise.all([last, none, all].map(kinds))).every(({ length }) => length > 0),
    );
    expect(await kinds(last)).toEqual(['OccurrenceSkipped', 'OccurrenceCaughtUp']);
    expect(await kinds(none)).toEqual(['OccurrenceSkipped']);
    expect(await kinds(all)).toEqual(Array.from({ length: 24 }, () => 'OccurrenceCaughtUp'));
    expect(await kinds(later)).toEqual([]);
    // A day later, by the clock of the next one, which knows the triggers from the checkpoint alone.
    await eventually('all runs are in the log', async () => {
      const runs = (await ledgerOf(all)).flatMap(({ data }) => ('runId' in data ? [data.runId] : []));
      return (await Promise.all(runs.map((id) => store.read(streams.run(id))))).every(
        ({ length }) => length === 1,
      );
    });
    await first[Symbol.asyncDispose]();
    expect(await store.read(streams.checkpoint('schedules'))).not.toEqual([]);
    await store.deleteForGood(streams.trigger(later));
    stack.use(await startScheduler(() => now() + 24 * hour));
    await eventually('it is caught up', async () => (await kinds(later)).length > 0);
    expect(await kinds(later)).toEqual(Array.from({ length: 14 }, () => 'OccurrenceCaughtUp'));
  });

  it('a slot that takes the place of another begins when that one can be cancelled', async () => {
    const id = await aTrigger('0 0 1 1 *', { policy: { overlapPolicy: 'cancel_running' } });
    const [first, next] = [newId('run'), newId('run')];
    const slot = { name: 's', dueAt: new Date().toISOString() };
    const fired = { workflowId: 'wkfl_1', slot, kind: 'on-time', at: slot.dueAt };
    await write(streams.schedule(id), 'OccurrenceFired', { ...fired, runId: first });
    await write(streams.schedule(id), 'OccurrenceFired', { ...fired, runId: next, cancels: [first] }, 0);
    const command = stack.use(answerCommands(bus, store));
    stack.use(await startScheduler());
    await eventually('all is asked for', () => command.commands.length >= 3);
    const asked = command.commands.map(({ name, payload }) => [name, (payload as { id?: string }).id]);
    expect(asked).toEqual([
      ['request_run', undefined],
      ['cancel_run', first],
      ['request_run', undefined],
    ]);
    expect(command.commands.map(runIdOf)).toEqual([first, undefined, next]);
  });

  it('a slot that was fired and not asked for gets its run', async () => {
    const id = await aTrigger('0 0 1 1 *');
    const runId = newId('run');
    const slot = { name: 's', dueAt: new Date().toISOString() };
    const fired = { workflowId: 'wkfl_1', slot, runId, kind: 'on-time', at: slot.dueAt };
    await write(streams.schedule(id), 'OccurrenceFired', fired);
    const command = stack.use(answerCommands(bus, store));
    stack.use(await startScheduler());
    await eventually('it is asked for', () => command.commands.length > 0);
    expect(command.commands[0]?.payload).toMatchObject({ runId, slot });
  });
});

describe('three schedulers whose clocks differ', () => {
  const script = fileURLToPath(new URL('skewed.fixture.ts', import.meta.url));

  it(
    'start exactly one run for each slot, also when one of them is killed',
    { timeout: 180_000 },
    async () => {
      stack.use(answerCommands(bus, store));
      const triggers = await Promise.all(Array.from({ length: 5 }, () => aTrigger('* * * * * *')));
      const start = async (skewMs: number) =>
        stack.use(
          await startNode({
            name: 'scheduler',
            script,
            env: { ...env, SKEW_MS: String(skewMs), OPS_PORT: String(await freePort()) },
            log: () => undefined,
          }),
        );
      const schedulers = await Promise.all([-1_500, 0, 1_500].map(start));
      const slotsOf = async (id: string) =>
        (await ledgerOf(id)).flatMap(({ type, data }) =>
          type === 'OccurrenceSkipped'
            ? [data.first.dueAt, data.last.dueAt]
            : type === 'OccurrenceRefused'
              ? []
              : [data.slot.dueAt],
        );
      await eventually('slots are fired', async () => (await slotsOf(triggers[0] ?? '')).length >= 3);
      const victim = schedulers[randomInt(schedulers.length)];
      await victim?.kill();
      await eventually(
        'the others go on',
        async () => (await Promise.all(triggers.map(slotsOf))).every(({ length }) => length >= 12),
        120_000,
      );
      await Promise.all(schedulers.map((each) => each[Symbol.asyncDispose]()));
      for (const id of triggers) {
        const dues = (await slotsOf(id)).map((dueAt) => Date.parse(dueAt));
        expect(dues).toEqual(dues.map((_, index) => (dues[0] ?? 0) + index * second));
      }
      const ledgers = (await Promise.all(triggers.map(ledgerOf))).flat();
      const runs = ledgers.flatMap(({ data }) => ('runId' in data ? [data.runId] : []));
      expect(new Set(runs).size).toBe(runs.length);
      const streamsOfRuns = await Promise.all(runs.map((runId) => store.read(streams.run(runId))));
      expect(streamsOfRuns.filter(({ length }) => length > 1)).toEqual([]);
    },
  );
});
