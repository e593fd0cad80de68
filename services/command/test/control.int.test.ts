import {
  newId,
  streams,
  subjects,
  type Command,
  type CommandName,
  type CommandReply,
} from '@karrio/contracts';
import type { RunEvent } from '@karrio/domain';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats, startEventStore } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
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
  stack.use(await startCommandService(config, log));
  stack.use(await startCommandService(config, log));
});
afterAll(() => stack.disposeAsync());

const aCommand = (
  name: CommandName,
  payload: Command['payload'],
  override: Partial<Command> = {},
): Command => ({
  id: newId('command'),
  name,
  org: 'org_1',
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

const at = new Date().toISOString();
const attempt = {
  slug: 'pay',
  actionId: 'wact_1',
  actionType: 'http_request',
  order: 1,
  attempt: 1,
} as const;
const requested: RunEvent = {
  type: 'RunRequested',
  data: { workflowId: 'wkfl_1', planHash: 'h', eventType: 'manual', testMode: false, parameters: {}, at },
};
const sent: RunEvent = {
  type: 'ActionStarted',
  data: {
    ...attempt,
    request: { method: 'post', url: 'u', headers: {}, body: null },
    idempotencyKey: 'k',
    at,
  },
};
const parked: readonly RunEvent[] = [
  sent,
  { type: 'ActionOutcomeUnknown', data: { ...attempt, resolution: 'park', at } },
  { type: 'RunParked', data: { cause: 'outcome-unknown', message: 'm', action: 'pay', at } },
];

/** A run as executors left it. */
const aRun = async (...events: readonly RunEvent[]): Promise<string> => {
  const runId = newId('run');
  const metadata = {
    org: 'org_1',
    actor: 'key_1',
    $correlationId: runId,
    $causationId: 'c',
    schema: 1,
  } as const;
  const recorded = [requested, ...events].map((event) => ({ ...event, id: randomUUID(), metadata }));
  await store.append(streams.run(runId), recorded, 'no-stream');
  return runId;
};
const newest = async (runId: string, count: number) =>
  (await store.read(streams.run(runId))).slice(-count).map(({ type, data }) => ({ type, data }));
const lengthOf = async (runId: string) => (await store.read(streams.run(runId))).length;

describe('cancelling a run', () => {
  it('ends one with nothing under way at once, and says who cancelled it and why', async () => {
    const id = await aRun();
    const ended: string[] = [];
    using _ = bus.subscribe(subjects.runEnded, subjects.runEnded.matching({ runId: id }), ({ status }) =>
      ended.push(status),
    );
    await bus.ping();
    accepted(await send(aCommand('cancel_run', { id, reason: 'Wrong address' })));
    expect(await newest(id, 2)).toMatchObject([
      { type: 'RunCancelRequested', data: { by: 'key_1', reason: 'Wrong address' } },
      { type: 'RunCancelled', data: { by: 'key_1', reason: 'Wrong address', workflowId: 'wkfl_1' } },
    ]);
    await eventually('who waits for its end is told', () => ended.includes('cancelled'));
  });

  it('leaves the end of one with a request under way to its executor, which is told', async () => {
    const id = await aRun(sent);
    const told: string[] = [];
    using _ = bus.subscribe(subjects.runControl, subjects.runControl.matching({ runId: id }), ({ runId }) =>
      told.push(runId),
    );
    await bus.ping();
    accepted(await send(aCommand('cancel_run', { id })));
    expect(await newest(id, 1)).toMatchObject([{ type: 'RunCancelRequested', data: { by: 'key_1' } }]);
    await eventually('its executor is told', () => told.length > 0);
  });

  it('twice is cancelling it once', async () => {
    const id = await aRun();
    accepted(await send(aCommand('cancel_run', { id })));
    const length = await lengthOf(id);
    accepted(await send(aCommand('cancel_run', { id })));
    expect(await lengthOf(id)).toBe(length);
  });

  it('by many at once is cancelling it once', async () => {
    const id = await aRun(sent);
    const replies = await Promise.all(Array.from({ length: 10 }, () => send(aCommand('cancel_run', { id }))));
    replies.forEach(accepted);
    expect(await lengthOf(id)).toBe(3);
  });

  it('is refused for a run of another organisation, as for one that never was', async () => {
    const id = await aRun();
    const theirs = await send(aCommand('cancel_run', { id }, { org: 'org_2' }));
    expect(theirs).toMatchObject({ rejected: { code: 'not-found', errors: [{ field: 'id' }] } });
    expect(await send(aCommand('cancel_run', { id: newId('run') }))).toEqual(theirs);
    expect(await lengthOf(id)).toBe(1);
  });
});

describe('pausing and resuming a run', () => {
  it('is in the log once each, by whom it was', async () => {
    const id = await aRun();
    for (const name of ['pause_run', 'pause_run', 'resume_run', 'resume_run'] as const) {
      accepted(await send(aCommand(name, { id })));
    }
    expect((await newest(id, 9)).map(({ type }) => type)).toEqual([
      'RunRequested',
      'RunPaused',
      'RunResumed',
    ]);
  });

  it('is refused once the run has ended, saying how it ended', async () => {
    const id = await aRun();
    accepted(await send(aCommand('cancel_run', { id })));
    expect(await send(aCommand('pause_run', { id }))).toMatchObject({
      rejected: {
        code: 'in-use',
        errors: [{ field: 'id', messages: [expect.stringContaining('cancelled')] }],
      },
    });
  });
});

describe('settling an action', () => {
  it.each(['succeeded', 'failed', 'retry'] as const)('as %s is recorded with who and why', async (as) => {
    const id = await aRun(...parked);
    const output = as === 'succeeded' ? { output: { paid: true } } : {};
    accepted(
      await send(aCommand('settle_run_action', { id, action: 'pay', as, note: 'Asked the bank', ...output })),
    );
    const stored = as === 'succeeded' ? { output: { json: { paid: true } } } : {};
    expect(await newest(id, 1)).toMatchObject([
      { type: 'ActionSettled', data: { ...attempt, as, by: 'key_1', note: 'Asked the bank', ...stored } },
    ]);
  });

  it('is answered as before when its command is delivered again, even too late', async () => {
    const id = await aRun(...parked);
    const command = aCommand('settle_run_action', { id, action: 'pay', as: 'retry' });
    const first = await send(command);
    accepted(first);
    expect(await send(command)).toEqual(first);
    expect(await send({ ...command, expiresAt: new Date(Date.now() - 1).toISOString() })).toEqual(first);
    expect(await lengthOf(id)).toBe(5);
  });

  it('of a name that the run has not names those that can be settled', async () => {
    const id = await aRun(...parked);
    expect(await send(aCommand('settle_run_action', { id, action: 'pey', as: 'failed' }))).toMatchObject({
      rejected: { errors: [{ field: 'action', messages: [expect.stringContaining('To be settled: pay')] }] },
    });
  });

  it('is what a redrive of such a run asks for', async () => {
    const id = await aRun(...parked);
    expect(await send(aCommand('redrive_run', { id }))).toMatchObject({
      rejected: { code: 'invalid', errors: [{ messages: [expect.stringContaining('settle the action')] }] },
    });
  });
});

it('a run that was parked for a fault of the engine goes on when it is redriven', async () => {
  const id = await aRun({ type: 'RunParked', data: { cause: 'executor-failed', message: 'm', at } });
  accepted(await send(aCommand('redrive_run', { id })));
  expect(await newest(id, 1)).toMatchObject([{ type: 'RunRedriven', data: { by: 'key_1' } }]);
});

describe('pausing a workflow or an organisation', () => {
  const eventsOf = async (id: string) =>
    (await store.read(streams.pause(id))).map(({ type, data, metadata }) => ({ type, data, metadata }));

  it('is in the log once each, by whom it was and why, whichever process decides', async () => {
    const made = await send(aCommand('create_workflow', { name: 'Paused', actionNodes: [] }));
    const { id } = accepted(made);
    let { position: seen } = accepted(made);
    for (const name of ['pause_workflow', 'pause_workflow', 'resume_workflow', 'resume_workflow'] as const) {
      const reason = name === 'pause_workflow' ? { reason: 'Rates are wrong' } : {};
      ({ position: seen } = accepted(await send(aCommand(name, { id, ...reason }, { seen }))));
    }
    expect(await eventsOf(id)).toMatchObject([
      {
        type: 'RunsPaused',
        data: { scope: 'workflow', reason: 'Rates are wrong' },
        metadata: { actor: 'key_1' },
      },
      { type: 'RunsResumed', data: { scope: 'workflow' }, metadata: { actor: 'key_1', org: 'org_1' } },
    ]);
  });

  it('concerns the organisation of who asks', async () => {
    const { id, position: seen } = accepted(await send(aCommand('pause_organization', {}, { org: 'org_3' })));
    expect(id).toBe('org_3');
    accepted(await send(aCommand('resume_organization', {}, { org: 'org_3', seen })));
    expect((await eventsOf('org_3')).map(({ type }) => type)).toEqual(['RunsPaused', 'RunsResumed']);
  });

  it('is refused for a workflow of another organisation, as for one that never was', async () => {
    const { id } = accepted(await send(aCommand('create_workflow', { name: 'Theirs', actionNodes: [] })));
    for (const name of ['pause_workflow', 'resume_workflow'] as const) {
      const theirs = await send(aCommand(name, { id }, { org: 'org_2' }));
      expect(theirs).toMatchObject({ rejected: { code: 'not-found', errors: [{ field: 'id' }] } });
    }
    expect(await eventsOf(id)).toEqual([]);
  });
});
