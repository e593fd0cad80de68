import { openVault } from '@karrio/vault';
import { subjects, type Command } from '@karrio/contracts';
import { eventually } from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accepted,
  addRun,
  addTrigger,
  addWorkflow,
  apiKey,
  projected,
  masterKeys,
  startGateway,
  strangerKey,
  testKey,
  type TestGateway,
} from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

type Sent = Readonly<{ query?: string; body?: string; headers?: Readonly<Record<string, string>> }>;

const trigger = async (workflowId: string, { query = '', body = '{"a":1}', headers = {} }: Sent = {}) => {
  const response = await fetch(`${gateway.url}/v1/workflows/${workflowId}/trigger${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

const payloadOf = (command: Command | undefined) => JSON.parse(JSON.stringify(command?.payload));
const runIdOf = (command: Command): string => payloadOf(command).runId;
const acceptRuns = () => gateway.answerWith((command) => accepted(runIdOf(command), 3));
const notifyEnd = (runId: string, status: string) =>
  gateway.bus.publish(subjects.runEnded.of({ org: 'org_1', runId }), { runId, status, position: '9' });

const openWorkflow = async () => {
  const { id } = await addWorkflow(gateway);
  await addTrigger(gateway, id);
  return id;
};

const errorCode = ({ status, body }: { status: number; body: { errors?: { code: string }[] } }) => [
  status,
  body.errors?.[0]?.code,
];

describe('a webhook', () => {
  it('is answered with the run’s id once the run is in the log', async () => {
    const workflowId = await openWorkflow();
    acceptRuns();
    const { status, body, headers } = await trigger(workflowId, { headers: { 'x-request-id': 'r-1' } });
    expect(status).toBe(202);
    expect(headers.get('x-request-id')).toBe('r-1');
    expect(body).toEqual({
      id: expect.stringMatching(/^wevt_[0-9a-f]{32}$/),
      object_type: 'workflow_event',
      workflow_id: workflowId,
      status: 'pending',
      event_type: 'webhook',
      test_mode: false,
      links: { workflow_event: `/v1/workflow_events/${body.id}` },
    });
    expect(payloadOf(gateway.commands.at(-1))).toEqual({
      runId: body.id,
      workflowId,
      triggerId: expect.stringMatching(/^wtrg_/),
      eventType: 'webhook',
      testMode: false,
      parameters: { a: 1 },
    });
  });

  it('takes forms and texts as well', async () => {
    const workflowId = await openWorkflow();
    acceptRuns();
    const parametersOf = async (type: string, body: string) => {
      await trigger(workflowId, { body, headers: { 'content-type': type } });
      return payloadOf(gateway.commands.at(-1)).parameters;
    };
    expect(await parametersOf('application/x-www-form-urlencoded', 'a=1&b=2')).toEqual({ a: '1', b: '2' });
    expect(await parametersOf('text/plain', 'hello')).toBe('hello');
    expect(await parametersOf('application/json', '')).toEqual({});
  });

  it('with the same Idempotency-Key is the same run, also of ten at once', async () => {
    const workflowId = await openWorkflow();
    acceptRuns();
    const headers = { 'idempotency-key': 'delivery-7' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => trigger(workflowId, { headers })));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await trigger(workflowId)).body.id).not.toBe(answers[0]?.body.id);
    expect((await trigger(await openWorkflow(), { headers })).body.id).not.toBe(answers[0]?.body.id);
  });

  it('with a test key starts a test run', async () => {
    const workflowId = await openWorkflow();
    acceptRuns();
    const { headers, body } = await trigger(workflowId, { headers: { authorization: `Token ${testKey}` } });
    expect([headers.get('x-test-mode'), body.test_mode]).toEqual(['true', true]);
  });

  it('needs its secret, which the gateway alone can open', async () => {
    const { id } = await addWorkflow(gateway);
    const vault = openVault({ masterKeys, store: gateway.store });
    const { sealed: sealed_secret } = await vault.seal('org_1', 's3cret', 'webhook');
    await addTrigger(gateway, id, { secret_key: 'X-Shop-Secret', sealed_secret });
    acceptRuns();
    expect(errorCode(await trigger(id))).toEqual([401, 'wrong_secret']);
    expect(errorCode(await trigger(id, { headers: { 'x-shop-secret': 'S3cret' } }))).toEqual([
      401,
      'wrong_secret',
    ]);
    expect((await trigger(id, { headers: { 'x-shop-secret': 's3cret' } })).status).toBe(202);
    expect((await trigger(id, { headers: { authorization: `Token ${apiKey}` } })).status).toBe(202);
    expect(errorCode(await trigger(id, { headers: { authorization: `Token ${strangerKey}` } }))).toEqual([
      404,
      'not_found',
    ]);
  });

  it('follows a change of its definition at once when it is announced', async () => {
    const rememberedMs = 3_000;
    acceptRuns();
    const followedWithinMs = async () => {
      const { id } = await addWorkflow(gateway);
      const { id: triggerId } = await addTrigger(gateway, id);
      const began = performance.now();
      expect((await trigger(id)).status).toBe(202);
      await gateway.db.updateTable('workflow').set({ is_active: false }).where('id', '=', id).execute();
      const subject = subjects.liveChange.of({ org: 'org_1', entity: 'workflow_trigger', id: triggerId });
      gateway.bus.publish(subject, { entity: 'workflow_trigger', id: triggerId, position: '4' });
      await eventually('the former answer is forgotten', async () => (await trigger(id)).status === 409);
      return performance.now() - began;
    };
    // Without the notice it is never sooner; with it a machine that is slow for a moment may be later.
    await eventually(
      'a change is followed before what is remembered is over',
      async () => (await followedWithinMs()) < rememberedMs,
    );
  });
});

describe('a webhook that cannot start a run', () => {
  it('because there is no such workflow says so', async () => {
    expect(errorCode(await trigger('wkfl_none'))).toEqual([404, 'not_found']);
    expect(errorCode(await trigger('%00'))).toEqual([404, 'not_found']);
  });

  it('because the workflow is switched off says so', async () => {
    const { id } = await addWorkflow(gateway, { is_active: false });
    await addTrigger(gateway, id);
    expect(errorCode(await trigger(id))).toEqual([409, 'workflow_inactive']);
  });

  it('because the write side knows that it is switched off says so', async () => {
    const workflowId = await openWorkflow();
    const errors = [{ field: 'workflowId', messages: ['The workflow is switched off.'] }];
    gateway.answerWith(() => ({ rejected: { code: 'inactive', errors } }));
    const { status, body } = await trigger(workflowId);
    expect([status, body.errors[0].message]).toEqual([409, 'workflow_id: The workflow is switched off.']);
  });

  it('because the workflow has no webhook trigger is as if there were no workflow, unless a member asks', async () => {
    const { id } = await addWorkflow(gateway);
    acceptRuns();
    const { headers: _, ...nothing } = await trigger('wkfl_none');
    expect(await trigger(id)).toMatchObject(nothing);
    expect(errorCode(await trigger(id))).toEqual([404, 'not_found']);
    expect((await trigger(id, { headers: { authorization: `Token ${apiKey}` } })).status).toBe(202);
  });

  it('because its body is malformed names the place', async () => {
    const { status, body } = await trigger(await openWorkflow(), { body: '{"a":}' });
    expect([status, body.errors[0].message]).toEqual([400, expect.stringContaining('position 5')]);
  });

  it('because its body holds what cannot be stored names it', async () => {
    const { status, body } = await trigger(await openWorkflow(), { body: '{"note":"a\\u0000b"}' });
    expect([status, body.errors[0].message]).toEqual([400, expect.stringContaining('as in note')]);
  });

  it('because its body is too large names the limit', async () => {
    const answer = await trigger(await openWorkflow(), { body: JSON.stringify('x'.repeat(20_000)) });
    expect(errorCode(answer)).toEqual([413, 'body_too_large']);
  });

  it.each(['?wait=soon', '?wait=61s', '?wait=0s', '?include=everything'])(
    'because of %s names the parameter',
    async (query) => {
      const { status, body } = await trigger(await openWorkflow(), { query });
      expect([status, body.errors[0].message]).toEqual([
        400,
        expect.stringMatching(/query parameter (wait|include)/),
      ]);
    },
  );
});

describe('a webhook that waits', () => {
  it('is answered with the ended run as soon as it has ended, even before its acceptance', async () => {
    const workflowId = await openWorkflow();
    gateway.answerWith((command) => {
      notifyEnd(runIdOf(command), 'success');
      return accepted(runIdOf(command), 3);
    });
    const { status, body } = await trigger(workflowId, { query: '?wait=30s' });
    expect([status, body.status, body.workflow_id]).toEqual([200, 'success', workflowId]);
  });

  it('is answered with the reason where the run failed', async () => {
    const workflowId = await openWorkflow();
    const failure = { code: 'http-status', message: 'The host answered 500.', action: 'orders' };
    gateway.answerWith(async (command) => {
      const id = runIdOf(command);
      await addRun(gateway, { id, workflow_id: workflowId, status: 'failed', failure });
      notifyEnd(id, 'failed');
      await projected(gateway, 9);
      return accepted(id, 3);
    });
    const { status, body } = await trigger(workflowId, { query: '?wait=30s' });
    expect([status, body.status, body.failure, body.duration_ms]).toEqual([200, 'failed', failure, 1500]);
  });

  it('is answered from the read model where the notice was lost', async () => {
    const workflowId = await openWorkflow();
    gateway.answerWith(async (command) => {
      await addRun(gateway, { id: runIdOf(command), workflow_id: workflowId });
      return accepted(runIdOf(command), 3);
    });
    const { status, body } = await trigger(workflowId, { query: '?wait=30s' });
    expect([status, body.status]).toEqual([200, 'success']);
  });

  it('is answered with the pending run when the wait is over', async () => {
    const workflowId = await openWorkflow();
    acceptRuns();
    const { status, body } = await trigger(workflowId, { query: '?wait=50ms' });
    expect([status, body.status]).toEqual([202, 'pending']);
  });

  it('shows all of the run where it is asked to', async () => {
    const workflowId = await openWorkflow();
    await projected(gateway, 9);
    gateway.answerWith(async (command) => {
      const id = runIdOf(command);
      await addRun(gateway, { id, workflow_id: workflowId, parameters: { order: 1 } });
      notifyEnd(id, 'success');
      return accepted(id, 3);
    });
    const { status, body } = await trigger(workflowId, { query: '?wait=30s&include=run' });
    expect([status, body.parameters, body.duration_ms]).toEqual([200, { order: 1 }, 1500]);
  });
});

describe('the run that an answer links to', () => {
  it('is shown to its organisation alone', async () => {
    const { id, workflow_id } = await addRun(gateway, { workflow_id: await openWorkflow() });
    const get = async (key?: string) => {
      const headers: Record<string, string> = key === undefined ? {} : { authorization: `Token ${key}` };
      const response = await fetch(`${gateway.url}/v1/workflow_events/${id}`, { headers });
      return { status: response.status, body: await response.json() };
    };
    expect(await get(apiKey)).toMatchObject({ status: 200, body: { id, workflow_id, status: 'success' } });
    expect((await get(strangerKey)).status).toBe(404);
    expect((await get()).status).toBe(401);
  });
});
