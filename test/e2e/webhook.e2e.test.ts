import { beforeAll, describe, expect, inject, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { openShop } from './support/shop-stub.ts';
import { hookWorkflow, mappingAction, inline, newTag } from './support/workflow.ts';

const client = gatewayClient(inject('stack'));

const openHook = async () => {
  const tag = newTag();
  const shop = await openShop({ '/called': () => ({ body: { ok: true } }) });
  const workflow = await client.make('create_workflow', hookWorkflow(tag, shop.url));
  return { shop, workflowId: String(workflow.id), [Symbol.asyncDispose]: shop[Symbol.asyncDispose] };
};

const runsOf = async (workflowId: string) => {
  const runs = `query ($id: String!) {
    workflow(id: $id) { events { page_info { count } edges { node { id } } } }
  }`;
  return (await client.query(runs, { id: workflowId })).workflow.events;
};

describe('a webhook', () => {
  it('is answered with the id of a run that the next query finds', async () => {
    await using hook = await openHook();
    for (let delivery = 0; delivery < 20; delivery++) {
      const body = JSON.stringify({ delivery });
      const accepted = await client.trigger(hook.workflowId, { body });
      expect(accepted).toMatchObject({ status: 202, body: { id: expect.stringMatching(/^wevt_/) } });
      expect(await client.readRun(accepted.body.id)).toMatchObject({
        event_type: 'webhook',
        parameters: { delivery },
      });
    }
  });

  it('that waits is answered with the ended run, its output and its durations', async () => {
    const tag = newTag();
    const workflow = await client.make(
      'create_workflow',
      inline(`Echo ${tag}`, [mappingAction(`Echo ${tag}`, '{"said": {{json parameters.say}} }')], {
        trigger: { trigger_type: 'webhook' },
      }),
    );
    const query = '?wait=10s&include=run';
    const { status, body } = await client.trigger(workflow.id, {
      query,
      body: '{"say": "he said \\"hi\\""}',
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'success',
      output: { said: 'he said "hi"' },
      duration_ms: expect.any(Number),
    });
    expect(await client.readRun(body.id)).toMatchObject({ status: 'success', ended_at: body.ended_at });
  });

  it('that waits learns why the run failed', async () => {
    await using shop = await openShop({ '/called': () => ({ status: 500, body: {} }) });
    const workflow = await client.make('create_workflow', hookWorkflow(newTag(), shop.url));
    expect(await client.trigger(workflow.id, { query: '?wait=10s' })).toMatchObject({
      status: 200,
      body: { status: 'failed', failure: { code: 'http-status' } },
    });
  });

  it('with one Idempotency-Key is one run and one request, however often it is delivered', async () => {
    await using hook = await openHook();
    const headers = { 'idempotency-key': `delivery-${newTag()}` };
    const deliveries = Array.from({ length: 20 }, () =>
      client.trigger(hook.workflowId, { query: '?wait=10s', headers }),
    );
    const answers = await Promise.all(deliveries);

    expect(new Set(answers.map(({ status, body }) => `${status} ${body.status}`))).toEqual(
      new Set(['200 success']),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await runsOf(hook.workflowId)).page_info.count).toBe(1);
    expect(hook.shop.received).toHaveLength(1);
  });
});

describe('a webhook that is refused says why, and starts nothing', () => {
  const secret = { secret_key: 'X-Shop-Secret', secret: 's3cret' };
  const sent = { headers: { 'x-shop-secret': 's3cret' } };
  let workflowId: string;
  beforeAll(async () => {
    const trigger = { trigger_type: 'webhook', ...secret };
    const workflow = await client.make(
      'create_workflow',
      inline(`Guarded ${newTag()}`, [mappingAction(`Nothing ${newTag()}`, '{}')], { trigger }),
    );
    workflowId = workflow.id;
  });

  const refusal = async (id: string, request: Parameters<typeof client.trigger>[1]) => {
    const before = await runsOf(workflowId);
    const { status, body } = await client.trigger(id, request);
    expect(await runsOf(workflowId)).toEqual(before);
    const [{ code, message }] = body.errors;
    return [status, code, message];
  };

  it('for a wrong or a missing secret, naming the header', async () => {
    const wrong = [401, 'wrong_secret', expect.stringContaining('X-Shop-Secret')];
    expect(await refusal(workflowId, { headers: { 'x-shop-secret': 'S3cret' } })).toEqual(wrong);
    expect(await refusal(workflowId, {})).toEqual(wrong);
    expect((await client.trigger(workflowId, sent)).status).toBe(202);
  });

  it('for an unknown workflow', async () => {
    expect(await refusal('wkfl_nobody', sent)).toEqual([404, 'not_found', expect.any(String)]);
  });

  it('for malformed JSON, naming the place', async () => {
    expect(await refusal(workflowId, { ...sent, body: '{"order": 1,\n "items": ]}' })).toEqual([
      400,
      'malformed_body',
      expect.stringMatching(/position 23|line 2/),
    ]);
  });

  it('for a body over the limit that it names, and takes one just under it', async () => {
    const bodyOf = (bytes: number) => JSON.stringify({ text: 'x'.repeat(bytes - '{"text":""}'.length) });
    const [status, code, message] = await refusal(workflowId, { ...sent, body: bodyOf(2 ** 20 + 1) });
    expect([status, code]).toEqual([413, 'body_too_large']);

    const limit = Number(/larger than (\d+) bytes/.exec(message)?.[1]);
    expect((await refusal(workflowId, { ...sent, body: bodyOf(limit + 1) }))[0]).toBe(413);
    const taken = await client.trigger(workflowId, { ...sent, query: '?wait=10s', body: bodyOf(limit) });
    expect(taken).toMatchObject({ status: 200, body: { status: 'success' } });
  });

  it('for a workflow that is switched off, until it is on again', async () => {
    await client.make('deactivate_workflow', { id: workflowId });
    expect(await refusal(workflowId, sent)).toEqual([
      409,
      'workflow_inactive',
      expect.stringContaining('activate_workflow'),
    ]);
    await client.make('activate_workflow', { id: workflowId });
    expect((await client.trigger(workflowId, sent)).status).toBe(202);
  });
});
