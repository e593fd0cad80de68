import {
  derivedId,
  isRunCommand,
  MatchedEvent,
  newId,
  streams,
  subjects,
  type Command,
  type CommandName,
  type CommandReply,
} from '@karrio/contracts';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats, startEventStore } from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { startCommandService } from '../src/service.ts';

const log = createLogger('test', 'silent');
const stack = new AsyncDisposableStack();
let store: EventStore;
let bus: Bus;

beforeAll(async () => {
  const server = stack.use(await startEventStore());
  const nats = stack.use(await freshNats());
  const config = loadConfig({
    NATS_URL: nats.url,
    EVENTSTORE_URL: server.url,
    KWE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    RUN_DEPTH_MAX: '3',
  });
  store = stack.use(connectEventStore({ url: server.url, log }));
  bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  // Two replicas: what holds for one must hold for any number.
  stack.use(await startCommandService(config, log));
  stack.use(await startCommandService(config, log));
});
afterAll(() => stack.disposeAsync());

const org = 'org_1';
let seen = '0';

const aCommand = (name: CommandName, payload: Command['payload']): Command => ({
  id: newId('command'),
  name,
  org,
  actor: 'key_1',
  issuedAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 30_000).toISOString(),
  seen,
  payload,
});

const send = async (name: CommandName, payload: Command['payload']) => {
  const reply = await bus.command(aCommand(name, payload), 20_000);
  if ('accepted' in reply && !isRunCommand(name)) seen = reply.accepted.position;
  return reply;
};
const accepted = (reply: CommandReply) => {
  if ('rejected' in reply) throw new Error(JSON.stringify(reply));
  return reply.accepted;
};

const aWorkflow = async () => {
  const actions = [{ name: `Map ${newId('action')}`, actionType: 'data_mapping', parametersTemplate: '{}' }];
  const workflow = { name: 'W', actions, actionNodes: [{ order: 1, index: 0 }] };
  return accepted(await send('create_workflow', workflow)).id;
};

/** A type of events of its own for each test, and a workflow that listens to it. */
const aListener = async (filter: string | null = null, type = `t${newId('trace')}`, over: object = {}) => {
  const workflowId = await aWorkflow();
  const trigger = { workflowId, triggerType: 'event', event: { types: [`${type}.*`], filter }, ...over };
  const { id: triggerId } = accepted(await send('create_workflow_trigger', trigger));
  return { workflowId, triggerId, type: `${type}.created` };
};

type Event = Readonly<{ id: string; source: string; type: string }>;
const anEvent = (type: string, over: object = {}): Event => {
  const event = { specversion: '1.0', id: newId('trace'), source: '/shop', type };
  return { ...event, ...over };
};

const receive = async (event: Event, over: object = {}) =>
  accepted(await send('receive_event', { event, testMode: false, ...over })).event;

const match = async (event: Event) => {
  const question = { name: 'match_event', org, payload: { event: { ...event } } } as const;
  const answer = await bus.question('command', { ...question, seen: { definitions: seen } }, 20_000);
  if ('rejected' in answer) throw new Error(JSON.stringify(answer));
  return MatchedEvent.parse(answer.answered);
};

const runIdOf = (triggerId: string, event: Event) =>
  derivedId('run', triggerId, 'event', event.source, event.id);
const runOf = async (runId: string) => (await store.read(streams.run(runId)))[0]?.data;

describe('an event', () => {
  it('starts what listens to it once, however often it comes and to whichever replica', async () => {
    const { workflowId, triggerId, type } = await aListener();
    const event = anEvent(type, { data: { total: 7 }, subject: 'order 7' });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => receive(event)));
    const runId = runIdOf(triggerId, event);
    for (const outcome of outcomes) {
      expect(outcome).toEqual({ started: [{ triggerId, workflowId, runId }], notStarted: [] });
    }
    expect(await store.read(streams.run(runId))).toHaveLength(1);
    expect(await runOf(runId)).toMatchObject({ triggerId, workflowId, eventType: 'auto', parameters: event });
  });

  it('starts a test run where the trigger is in test mode', async () => {
    const { triggerId, type } = await aListener(null, undefined, { testMode: true });
    const event = anEvent(type);
    await receive(event);
    expect(await runOf(runIdOf(triggerId, event))).toMatchObject({ testMode: true });
  });

  it('is another one by its id, by its source, and as a test', async () => {
    const { type } = await aListener();
    const event = anEvent(type);
    const others = [event, { ...event, id: 'another' }, { ...event, source: '/other' }];
    const outcomes = [
      ...(await Promise.all(others.map((each) => receive(each)))),
      await receive(event, { testMode: true }),
    ];
    expect(new Set(outcomes.map((outcome) => outcome?.started[0]?.runId)).size).toBe(4);
  });

  it('starts every workflow whose pattern and filter it passes, and no other', async () => {
    const large = await aListener('{{gt parameters.data.total 100}}');
    const every = await aListener(null, large.type.replace('.created', ''));
    const paused = await aListener(null, large.type.replace('.created', ''));
    await send('update_workflow_trigger', { id: paused.triggerId, isActive: false });
    const off = await aListener(null, large.type.replace('.created', ''));
    await send('deactivate_workflow', { id: off.workflowId });
    const startedBy = async (total: number) =>
      (await receive(anEvent(large.type, { data: { total } })))?.started
        .map(({ triggerId }) => triggerId)
        .sort();
    expect(await startedBy(101)).toEqual([large.triggerId, every.triggerId].sort());
    expect(await startedBy(100)).toEqual([every.triggerId]);
    expect(await receive(anEvent(`${large.type}.twice`))).toEqual({ started: [], notStarted: [] });
  });

  it('says whose filter failed, and starts the others', async () => {
    const unclear = await aListener('{{parameters.data.total}}');
    const every = await aListener(null, unclear.type.replace('.created', ''));
    const outcome = await receive(anEvent(unclear.type, { data: { total: 'many' } }));
    expect(outcome?.started).toMatchObject([{ triggerId: every.triggerId }]);
    expect(outcome?.notStarted).toEqual([
      {
        triggerId: unclear.triggerId,
        workflowId: unclear.workflowId,
        code: 'invalid',
        message: expect.stringMatching(/filter failed.*"many"/),
      },
    ]);
  });

  it('is matched without being started where one only asks', async () => {
    const every = await aListener();
    const type = every.type.replace('.created', '');
    const large = await aListener('{{gt parameters.data.total 100}}', type);
    const total = await aListener('{{parameters.data.total}}', type);
    const event = anEvent(every.type, { data: { total: 7.5 } });
    const idsOf = ({ triggerId, workflowId }: typeof every) => ({ triggerId, workflowId });
    const matched = {
      listeners: expect.arrayContaining([
        { ...idsOf(every), passes: true, problem: null },
        { ...idsOf(large), passes: false, problem: null },
        { ...idsOf(total), passes: true, problem: null },
      ]),
    };
    expect(await match(event)).toEqual(matched);
    expect(await runOf(runIdOf(every.triggerId, event))).toBeUndefined();
  });

  // A trigger that was just made would be said to listen to nothing.
  it('is matched with all that its asker has seen, whichever replica answers', async () => {
    const workflowId = await aWorkflow();
    for (let i = 0; i < 50; i++) {
      const type = `t${newId('trace')}`;
      const trigger = { workflowId, triggerType: 'event', event: { types: [type] } };
      accepted(await send('create_workflow_trigger', trigger));
      expect((await match(anEvent(type))).listeners).toHaveLength(1);
    }
  });

  it('starts nothing beyond the number of runs that may start each other', async () => {
    const { triggerId, workflowId, type } = await aListener();
    const event = anEvent(type);
    expect((await receive({ ...event, id: 'in time' }, { depth: 3 }))?.started).toHaveLength(1);
    expect(await receive(event, { depth: 4 })).toEqual({
      started: [],
      notStarted: [
        { triggerId, workflowId, code: 'loop-detected', message: expect.stringContaining('RUN_DEPTH_MAX') },
      ],
    });
    expect(await runOf(runIdOf(triggerId, event))).toBeUndefined();
  });
});

describe('an event on NATS', () => {
  const publish = (event: unknown, of = org) =>
    bus.persist(subjects.incoming.matching({ org: of }).replace('>', 'order.created'), event, newId('trace'));

  it('starts what listens to it, also behind one that cannot be read or is of nobody', async () => {
    const { triggerId, type } = await aListener();
    await publish({ specversion: '1.0', type });
    await publish(anEvent(type), 'org_nobody');
    const event = anEvent(type, { karriodepth: 1 });
    const runId = runIdOf(triggerId, event);
    // What comes over NATS says nothing of what its sender has seen: either replica may not know the trigger yet.
    const run = await eventually('the run is in the log', async () => {
      await publish(event);
      return runOf(runId);
    });
    await publish(event);
    expect(run).toMatchObject({ triggerId, depth: 2, parameters: event });
    expect(await store.read(streams.run(runId))).toHaveLength(1);
  });
});

describe('a delivery that may come once', () => {
  it('starts one run of many at once, names it to the others, and is answered again to its own command', async () => {
    const workflowId = await aWorkflow();
    const runId = newId('run');
    const payload = {
      runId,
      workflowId,
      eventType: 'webhook',
      testMode: false,
      parameters: {},
      isOnce: true,
    };
    const commands = Array.from({ length: 20 }, () => aCommand('request_run', payload));
    const replies = await Promise.all(commands.map((command) => bus.command(command, 20_000)));
    const first = replies.findIndex((reply) => 'accepted' in reply);
    const refused = replies.filter((reply) => 'rejected' in reply);
    expect(refused).toHaveLength(19);
    for (const { rejected } of refused) {
      expect(rejected).toEqual({
        code: 'repeated',
        errors: [{ field: 'id', messages: [expect.stringContaining(runId)] }],
      });
    }
    // NATS may deliver a command again whose reply was lost.
    const [again] = commands.slice(first);
    expect(again && (await bus.command(again, 20_000))).toEqual(replies[first]);
    expect(await store.read(streams.run(runId))).toHaveLength(1);
  });
});
