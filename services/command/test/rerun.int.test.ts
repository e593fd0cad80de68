import { newId, streams, type Command, type CommandName, type CommandReply } from '@karrio/contracts';
import type { RunEvent } from '@karrio/domain';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { freshNats, startEventStore } from '@karrio/testing';
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
  store = stack.use(connectEventStore({ url: server.url, log }));
  bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  const config = loadConfig({
    NATS_URL: nats.url,
    EVENTSTORE_URL: server.url,
    KWE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  stack.use(await startCommandService(config, log));
});
afterAll(() => stack.disposeAsync());

const org = 'org_1';
const send = (name: CommandName, payload: Command['payload'], ofOrg = org): Promise<CommandReply> =>
  bus.command(
    {
      id: newId('command'),
      name,
      org: ofOrg,
      actor: 'key_1',
      issuedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 30_000).toISOString(),
      payload,
    },
    20_000,
  );
const accepted = (reply: CommandReply) => {
  if ('rejected' in reply) throw new Error(JSON.stringify(reply));
  return reply.accepted;
};

const at = '2026-11-22T09:00:00.000Z';
const large = { blob: 'f'.repeat(64), bytes: 100_000 };

/** A workflow of three steps: a mapping, a post, and a get. */
const aWorkflow = async (tag: string): Promise<string> => {
  const http = (name: string, method: string) => ({
    name,
    actionType: 'http_request',
    method,
    host: 'https://x.test',
  });
  const actions = [
    { name: `${tag} first`, actionType: 'data_mapping', parametersTemplate: '{"a": 1}' },
    http(`${tag} second`, 'post'),
    http(`${tag} third`, 'get'),
  ];
  const actionNodes = actions.map((_, index) => ({ order: index + 1, index }));
  return accepted(await send('create_workflow', { name: tag, actions, actionNodes })).id;
};

/** A run whose post failed after its mapping had succeeded; an open one without its end. */
const aRun = async (workflowId: string, tag: string, isOpen = false): Promise<string> => {
  const runId = newId('run');
  const request = { runId, workflowId, eventType: 'manual', testMode: false, parameters: { n: 1 } };
  accepted(await send('request_run', request));
  const [requested] = await store.read(streams.run(runId));
  if (!requested) throw new Error('no run');
  const attempt = (slug: string, order: number, actionType: 'data_mapping' | 'http_request') =>
    ({ slug: `${tag}_${slug}`, actionId: `wact_${slug}`, actionType, order, attempt: 1 }) as const;
  const failure = { code: 'http-status', message: 'answered 500' };
  const sent = { method: 'POST', url: 'https://x.test/', headers: {}, body: null };
  const second = attempt('second', 2, 'http_request');
  const facts: RunEvent[] = [
    { type: 'RunStarted', data: { at } },
    {
      type: 'ActionSucceeded',
      data: { ...attempt('first', 1, 'data_mapping'), output: large, startedAt: at, at },
    },
    { type: 'ActionStarted', data: { ...second, request: sent, idempotencyKey: 'k', at } },
    { type: 'ActionFailed', data: { ...second, failure, startedAt: at, at } },
    { type: 'RunFailed', data: { workflowId, eventType: 'manual', testMode: false, failure, at } },
  ];
  const { metadata } = requested;
  const events = (isOpen ? facts.slice(0, 1) : facts).map((event) => ({
    ...event,
    id: randomUUID(),
    metadata,
  }));
  await store.append(streams.run(runId), events, 0);
  return runId;
};

const rerun = (originId: string, more: object = {}, ofOrg = org) => {
  const payload = {
    runId: newId('run'),
    originId,
    from: 'whole',
    plan: 'original',
    testMode: false,
    ...more,
  };
  return send('rerun_run', payload, ofOrg);
};
const typesOf = async (runId: string) => (await store.read(streams.run(runId))).map(({ type }) => type);

describe('a rerun', () => {
  it('from what failed takes over what succeeded, large values by reference, in its first append', async () => {
    const origin = await aRun(await aWorkflow('resumed'), 'resumed');
    const { id } = accepted(await rerun(origin, { from: 'failed' }));
    const [requested, reused, ...more] = await store.read(streams.run(id));
    expect(more).toEqual([]);
    expect(requested?.data).toMatchObject({
      parameters: { n: 1 },
      origin: { kind: 'from-failed', runId: origin, from: null },
    });
    expect(reused).toMatchObject({
      type: 'ActionReused',
      data: { slug: 'resumed_first', runId: origin, output: large },
    });
  });

  it('asked for again with its id is the same run, written once', async () => {
    const origin = await aRun(await aWorkflow('repeated'), 'repeated');
    const runId = newId('run');
    const replies = await Promise.all([
      rerun(origin, { runId, from: 'failed' }),
      rerun(origin, { runId, from: 'failed' }),
    ]);
    expect(replies.map((reply) => accepted(reply).id)).toEqual([runId, runId]);
    expect(await typesOf(runId)).toEqual(['RunRequested', 'ActionReused']);
  });

  it('of a whole run, with other parameters, takes over nothing', async () => {
    const origin = await aRun(await aWorkflow('whole'), 'whole');
    const { id } = accepted(await rerun(origin, { parameters: { n: 2 } }));
    const [requested, ...more] = await store.read(streams.run(id));
    expect(requested?.data).toMatchObject({ parameters: { n: 2 } });
    expect(more).toEqual([]);
  });

  it('follows the workflow as it was or as it is now, whichever is asked for', async () => {
    const workflowId = await aWorkflow('edited');
    const origin = await aRun(workflowId, 'edited');
    accepted(await send('update_workflow', { id: workflowId, name: 'edited since' }));
    const hashOf = async (runId: string) => {
      const [requested] = await store.read(streams.run(runId));
      const data = requested?.data;
      return typeof data === 'object' && data && 'planHash' in data ? data.planHash : undefined;
    };
    const original = await hashOf(accepted(await rerun(origin)).id);
    const current = await hashOf(accepted(await rerun(origin, { plan: 'current' })).id);
    expect(original).toBe(await hashOf(origin));
    expect(current).not.toBe(original);
  });

  it('is refused where its run is open, unknown, another organisation’s, or has no such step', async () => {
    const workflowId = await aWorkflow('refused');
    const open = await aRun(workflowId, 'refused', true);
    const ended = await aRun(workflowId, 'refused');
    expect(await rerun(open)).toMatchObject({ rejected: { code: 'in-use', errors: [{ field: 'id' }] } });
    expect(await rerun(newId('run'))).toMatchObject({ rejected: { code: 'not-found' } });
    expect(await rerun(ended, {}, 'org_2')).toMatchObject({ rejected: { code: 'not-found' } });
    expect(await rerun(ended, { from: 'nowhere' })).toMatchObject({
      rejected: { code: 'invalid', errors: [{ field: 'from' }] },
    });
    // Its step before has failed, so there is no outcome to go on from.
    expect(await rerun(ended, { from: 'refused_third' })).toMatchObject({
      rejected: {
        code: 'invalid',
        errors: [{ field: 'from', messages: [expect.stringContaining('refused_second')] }],
      },
    });
    accepted(await send('deactivate_workflow', { id: workflowId }));
    expect(await rerun(ended, { plan: 'current' })).toMatchObject({ rejected: { code: 'inactive' } });
    accepted(await rerun(ended, { plan: 'original' }));
  });

  it('is shown before it is made: what is taken over, and which effects would leave again', async () => {
    const origin = await aRun(await aWorkflow('shown'), 'shown');
    const before = await typesOf(origin);
    const preview = await bus.question(
      'command',
      { name: 'preview_rerun', org, payload: { originId: origin, from: 'failed', plan: 'original' } },
      20_000,
    );
    expect(preview).toEqual({
      answered: {
        reused: ['shown_first'],
        repeated: [
          { slug: 'shown_second', actionType: 'http_request', method: 'post', hadEffect: true },
          { slug: 'shown_third', actionType: 'http_request', method: 'get', hadEffect: false },
        ],
      },
    });
    expect(await typesOf(origin)).toEqual(before);
  });
});
