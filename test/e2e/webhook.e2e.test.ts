import { createHmac } from 'node:crypto';
import { eventually } from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { gatewayClient, type Sent } from './support/gateway-client.ts';
import { openShop } from './support/shop-stub.ts';
import { hookWorkflow, httpAction, mappingAction, inline, newTag } from './support/workflow.ts';

const client = gatewayClient(inject('stack'));

afterAll(() => client.checkReplays());

const openHook = async () => {
  const tag = newTag();
  const shop = await openShop({ '/called': () => ({ body: { ok: true } }) });
  const workflow = await client.make('create_workflow', hookWorkflow(tag, shop.url));
  return { shop, workflowId: String(workflow.id), [Symbol.asyncDispose]: shop[Symbol.asyncDispose] };
};

/** What was answered of the run has come to the read models: a list is not kept for longer than a second by one that has not. */
const isShown = async (id: string) => expect(await client.readRun(id)).toMatchObject({ id });

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
    const query = '?wait=50s&include=run';
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
    expect(await client.trigger(workflow.id, { query: '?wait=50s' })).toMatchObject({
      status: 200,
      body: { status: 'failed', failure: { code: 'http-status' } },
    });
  });

  it('with one Idempotency-Key is one run and one request, however often it is delivered', async () => {
    await using hook = await openHook();
    const headers = { 'idempotency-key': `delivery-${newTag()}` };
    const deliveries = Array.from({ length: 20 }, () =>
      client.trigger(hook.workflowId, { query: '?wait=50s', headers }),
    );
    const answers = await Promise.all(deliveries);

    expect(new Set(answers.map(({ status, body }) => `${status} ${body.status}`))).toEqual(
      new Set(['200 success']),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    await isShown(answers[0]?.body.id);
    expect((await runsOf(hook.workflowId)).page_info.count).toBe(1);
    expect(hook.shop.received).toHaveLength(1);
  });
});

const createTrigger = async (workflow_id: string, input: object): Promise<string> =>
  (await client.make('create_workflow_trigger', { workflow_id, ...input })).id;

const countOf = async (workflowId: string): Promise<number> => (await runsOf(workflowId)).page_info.count;

describe('a webhook trigger', () => {
  const mapped = async (template: string) => {
    const tag = newTag();
    const { id } = await client.make(
      'create_workflow',
      inline(`Mapped ${tag}`, [mappingAction(`Map ${tag}`, template)]),
    );
    return { workflowId: String(id), slug: `map_${tag}` };
  };

  it('that checks signatures takes two secrets while one is rotated, and shows neither', async () => {
    const { workflowId } = await mapped('{}');
    const id = await createTrigger(workflowId, {
      trigger_type: 'webhook',
      secret: 'first secret',
      webhook: { signature: { scheme: 'github' } },
    });
    const deliver = async (secret: string) => {
      const body = `{"tag": "${newTag()}"}`;
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'x-hub-signature-256': `sha256=${signature}` };
      return (await client.send(`/v1/webhooks/${id}`, { body, headers })).status;
    };
    const rotate = async (secret: string, keep_former_ms?: number) => {
      const mutation = `mutation ($input: RotateTriggerSecretMutationInput!) { rotate_trigger_secret(input: $input) {
        errors { field messages }
        workflow_trigger { secret secret_set secret_fingerprint former_secret { fingerprint valid_until } } } }`;
      const input = { id, secret, ...(keep_former_ms === undefined ? {} : { keep_former_ms }) };
      return (await client.query(mutation, { input })).rotate_trigger_secret;
    };

    expect([await deliver('first secret'), await deliver('second secret')]).toEqual([202, 401]);
    const { workflow_trigger: shown } = await rotate('second secret');
    expect(shown).toMatchObject({ secret: null, secret_set: true });
    expect(shown.former_secret.fingerprint).not.toBe(shown.secret_fingerprint);
    await eventually('both are good', async () => (await deliver('second secret')) === 202);
    expect(await deliver('first secret')).toBe(202);
    expect((await rotate('third secret', 0)).workflow_trigger.former_secret).toBeNull();
    await eventually('the former ones are not', async () => (await deliver('second secret')) === 401);
    expect([await deliver('first secret'), await deliver('third secret')]).toEqual([401, 202]);
    expect((await rotate('third secret')).errors).toMatchObject([{ field: 'secret' }]);
  });

  it('is one run and one answer for a thousand deliveries of one key', async () => {
    const { workflowId } = await mapped('{}');
    const id = await createTrigger(workflowId, {
      trigger_type: 'webhook',
      webhook: { delivery_key: { path: 'order.id' } },
    });
    const body = '{"order": {"id": 7}}';
    const deliver = () => client.send(`/v1/webhooks/${id}`, { body, query: '?wait=50s' });
    const answers = await Promise.all(Array.from({ length: 1_000 }, deliver));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, body: { status: 'success' } });
    await isShown(answers[0]?.body.id);
    expect(await countOf(workflowId)).toBe(1);
    expect(await deliver()).toEqual(answers[0]);
  });

  it('answers with what its templates make of the run', async () => {
    const { workflowId, slug } = await mapped('{"price": {{add parameters.weight 1}} }');
    const id = await createTrigger(workflowId, {
      trigger_type: 'webhook',
      webhook: {
        response: {
          status_template: '201',
          body_template: `price {{steps.${slug}.response.price}} for {{parameters.weight}}`,
          content_type: 'text',
        },
      },
    });
    const response = await fetch(`${inject('stack').gateway}/v1/webhooks/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"weight": 4}',
    });
    expect([response.status, await response.text()]).toEqual([201, 'price 5 for 4']);
  });

  it('that its own workflow calls is refused before it goes on for ever', async () => {
    const { gateway } = inject('stack');
    const tag = newTag();
    const { id: workflowId } = await client.make('create_workflow', {
      ...inline(`Loop ${tag}`, [mappingAction(`Nothing ${tag}`, '{}')]),
    });
    const id = await createTrigger(workflowId, { trigger_type: 'webhook' });
    // A header of the same name in a template does not hide how deep the run is.
    const call = httpAction(`Call ${tag}`, gateway, `/v1/webhooks/${id}`, {
      method: 'post',
      header_template: '{"Karrio-Depth": "0"}',
    });
    await client.make('update_workflow', {
      id: workflowId,
      actions: [call],
      action_nodes: [{ order: 1, index: 0 }],
    });
    await client.send(`/v1/webhooks/${id}`);
    const failed = `query ($workflow_id: String!) {
      workflow_events(filter: { workflow_id: $workflow_id, status: failed }) { edges { node { failure } } }
    }`;
    const stopped = await eventually('the last run is told', async () => {
      const { edges } = (await client.query(failed, { workflow_id: workflowId })).workflow_events;
      return edges.length > 0 && edges;
    });
    expect(JSON.stringify(stopped)).toContain('409');
    expect(await countOf(workflowId)).toBe(11);
  });
});

describe('an event', () => {
  const listen = async (event: object) => {
    const tag = newTag();
    const actions = [mappingAction(`Note ${tag}`, '{"order": {{json parameters.data.order}} }')];
    const { id } = await client.make('create_workflow', inline(`Listener ${tag}`, actions));
    return { workflowId: String(id), triggerId: await createTrigger(id, { trigger_type: 'event', event }) };
  };
  const headers = { authorization: client.authorization, 'content-type': 'application/cloudevents+json' };
  const publish = (event: object) => client.send('/v1/events', { headers, body: JSON.stringify(event) });

  it('starts the workflows that listen to it, once, with the event as their parameters', async () => {
    const kind = `order${newTag()}`;
    const { workflowId, triggerId } = await listen({
      types: [`com.shop.${kind}.*`],
      filter: '{{gt parameters.data.order.total 100}}',
    });
    const event = (id: string, total: number) => ({
      specversion: '1.0',
      type: `com.shop.${kind}.created`,
      source: '/shop',
      id,
      data: { order: { total } },
    });
    const small = await publish(event('1', 100));
    expect(small).toMatchObject({ status: 202, body: { events: [{ started: [], not_started: [] }] } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => publish(event('2', 101))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const started = answers[0]?.body.events[0].started;
    expect(started).toMatchObject([{ workflow_id: workflowId, trigger_id: triggerId }]);
    const run = await client.endOf(started[0].id);
    expect(run).toMatchObject({ status: 'success', event_type: 'auto', parameters: event('2', 101) });
    expect(await countOf(workflowId)).toBe(1);
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

  /** And shown, so that what is refused next can be seen to start nothing. */
  const expectTaken = async (request: Sent) => {
    const { status, body } = await client.trigger(workflowId, request);
    expect(status).toBe(request.query ? 200 : 202);
    await isShown(body.id);
    if (request.query) expect(body.status).toBe('success');
  };

  it('for a wrong or a missing secret, naming the header', async () => {
    const wrong = [401, 'wrong_secret', expect.stringContaining('X-Shop-Secret')];
    expect(await refusal(workflowId, { headers: { 'x-shop-secret': 'S3cret' } })).toEqual(wrong);
    expect(await refusal(workflowId, {})).toEqual(wrong);
    await expectTaken(sent);
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
    await expectTaken({ ...sent, query: '?wait=50s', body: bodyOf(limit) });
  });

  it('for a workflow that is switched off, until it is on again', async () => {
    await client.make('deactivate_workflow', { id: workflowId });
    expect(await refusal(workflowId, sent)).toEqual([
      409,
      'workflow_inactive',
      expect.stringContaining('activate_workflow'),
    ]);
    await client.make('activate_workflow', { id: workflowId });
    await expectTaken(sent);
  });
});
