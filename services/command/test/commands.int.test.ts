import {
  derivedId,
  newId,
  streams,
  type Command,
  type CommandName,
  type CommandReply,
} from '@karrio/contracts';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { freshNats, startEventStore } from '@karrio/testing';
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
  });
  store = stack.use(connectEventStore({ url: server.url, log }));
  bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  // Two replicas: what holds for one must hold for any number.
  stack.use(await startCommandService(config, log));
  stack.use(await startCommandService(config, log));
});
afterAll(() => stack.disposeAsync());

const org = 'org_1';
const aCommand = (
  name: CommandName,
  payload: Command['payload'],
  override: Partial<Command> = {},
): Command => ({
  id: newId('command'),
  name,
  org,
  actor: 'key_1',
  issuedAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 30_000).toISOString(),
  payload,
  ...override,
});
const send = (command: Command) => bus.command(command, 20_000);
const accepted = (reply: CommandReply) => {
  if ('rejected' in reply) throw new Error(JSON.stringify(reply));
  return reply.accepted;
};

const mapping = (name: string, template = '{"a": 1}') => ({
  name,
  actionType: 'data_mapping',
  parametersTemplate: template,
});
const aWorkflow = (name: string, ...actions: readonly ReturnType<typeof mapping>[]) =>
  aCommand('create_workflow', {
    name,
    actions,
    actionNodes: actions.map((_, index) => ({ order: index + 1, index })),
  });
const aRun = (workflowId: string, runId = newId('run'), override: Partial<Command> = {}) =>
  aCommand(
    'request_run',
    { runId, workflowId, eventType: 'manual', testMode: false, parameters: { x: 1 } },
    override,
  );

describe('a command', () => {
  it('writes the actions and the workflow, and a repetition changes nothing', async () => {
    const command = aWorkflow('Repeated', mapping('Repeated one'));
    const { id } = accepted(await send(command));
    expect(accepted(await send(command)).id).toBe(id);
    const types = async (stream: string) => (await store.read(stream)).map(({ type }) => type);
    expect(await types(streams.workflow(id))).toEqual(['WorkflowCreated']);
    expect(await types(streams.action(derivedId('action', org, 'repeated_one', '')))).toEqual([
      'ActionCreated',
    ]);
  });

  it('that came too late has no effect', async () => {
    const late = aCommand('create_workflow_action', mapping('Too late'), {
      expiresAt: new Date(Date.now() - 1).toISOString(),
    });
    expect(await send(late)).toMatchObject({ rejected: { code: 'expired' } });
    expect(await store.read(streams.action(derivedId('action', org, 'too_late', '')))).toEqual([]);
  });

  it('that is refused leaves nothing behind, not even its good parts', async () => {
    const reply = await send(aWorkflow('Half', mapping('Good half'), mapping('Bad half', '{{#if}}')));
    expect(reply).toMatchObject({
      rejected: { code: 'invalid', errors: [{ field: 'actions[1].parameters_template' }] },
    });
    expect(await store.read(streams.action(derivedId('action', org, 'good_half', '')))).toEqual([]);
  });

  it('wins a slug for one of many at once, on any replica', async () => {
    const commands = Array.from({ length: 10 }, () =>
      aCommand('create_workflow_action', mapping('Contested')),
    );
    const replies = await Promise.all(commands.map(send));
    const refused = replies.filter((reply) => 'rejected' in reply);
    expect(replies.length - refused.length).toBe(1);
    expect(refused[0]).toMatchObject({ rejected: { code: 'already-exists', errors: [{ field: 'name' }] } });
  });

  it('loses no revision where many change one action at once', async () => {
    const { id, position: seen } = accepted(await send(aCommand('create_workflow_action', mapping('Busy'))));
    const updates = Array.from({ length: 20 }, (_, index) =>
      aCommand('update_workflow_action', { id, description: `change ${index}` }, { seen }),
    );
    for (const reply of await Promise.all(updates.map(send))) accepted(reply);
    const events = await store.read(streams.action(id));
    expect(events.map(({ type }) => type)).toEqual(['ActionCreated', ...updates.map(() => 'ActionRevised')]);
  });

  it('decides on what its sender has seen, whichever replica wrote that', async () => {
    const { id, position } = accepted(await send(aWorkflow('Switched', mapping('Switched one'))));
    let seen = position;
    for (let turn = 0; turn < 10; turn++) {
      seen = accepted(await send(aCommand('deactivate_workflow', { id }, { seen }))).position;
      expect(await send(aRun(id, newId('run'), { seen }))).toMatchObject({ rejected: { code: 'inactive' } });
      seen = accepted(await send(aCommand('activate_workflow', { id }, { seen }))).position;
      accepted(await send(aRun(id, newId('run'), { seen })));
    }
  });

  it('cannot reach into another organisation', async () => {
    const { id } = accepted(await send(aWorkflow('Mine', mapping('Mine one'))));
    const theirs = aCommand('delete_workflow', { id }, { org: 'org_2' });
    expect(await send(theirs)).toMatchObject({ rejected: { code: 'not-found' } });
    expect(await send(aRun(id, newId('run'), { org: 'org_2' }))).toMatchObject({
      rejected: { code: 'not-found' },
    });
  });
});

describe('a run', () => {
  it('asked for many times with one id is one run', async () => {
    const { id, position: seen } = accepted(await send(aWorkflow('Once', mapping('Once one'))));
    const runId = newId('run');
    const replies = await Promise.all(Array.from({ length: 20 }, () => send(aRun(id, runId, { seen }))));
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(await store.read(streams.run(runId))).toHaveLength(1);
  });

  it('that was written is answered as such, also when its command is delivered again too late', async () => {
    const { id, position: seen } = accepted(await send(aWorkflow('Late', mapping('Late one'))));
    const runId = newId('run');
    const late = { expiresAt: new Date(Date.now() - 1).toISOString() };
    expect(await send(aRun(id, runId, late))).toMatchObject({ rejected: { code: 'expired' } });
    const first = await send(aRun(id, runId, { seen }));
    expect(await send(aRun(id, runId, late))).toEqual(first);
  });

  it('carries the plan as it was sealed; an edit makes another plan', async () => {
    const { id, position: made } = accepted(await send(aWorkflow('Planned', mapping('Planned one'))));
    const planOf = async (seen: string) => {
      const runId = newId('run');
      accepted(await send(aRun(id, runId, { seen })));
      const [requested] = await store.read(streams.run(runId));
      return requested?.data;
    };
    const action = derivedId('action', org, 'planned_one', '');
    const before = await planOf(made);
    const { position } = accepted(
      await send(
        aCommand('update_workflow_action', { id: action, parametersTemplate: '{"a": 2}' }, { seen: made }),
      ),
    );
    const after = await planOf(position);
    const hashOf = (data: unknown) =>
      data && typeof data === 'object' && 'planHash' in data ? data.planHash : '';
    expect(hashOf(after)).not.toBe(hashOf(before));
    for (const data of [before, after]) {
      const sealed = await store.read(streams.plan(String(hashOf(data))));
      expect(sealed).toMatchObject([{ type: 'PlanSealed', data: { hash: hashOf(data) } }]);
    }
  });
});
