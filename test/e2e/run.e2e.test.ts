import { afterAll, describe, expect, inject, it } from 'vitest';
import { gatewayClient, type Run } from './support/gateway-client.ts';
import { openShop } from './support/shop-stub.ts';
import {
  conditionAction,
  httpAction,
  inline,
  mappingAction,
  newTag,
  orders,
  ordersWorkflow,
  recordsOf,
} from './support/workflow.ts';

const client = gatewayClient(inject('stack'));

afterAll(() => client.checkReplays());

const runToEnd = async (workflow: object, parameters: object = {}): Promise<Run> => {
  const { id } = await client.make('create_workflow', workflow);
  const started = await client.make('create_workflow_event', {
    workflow_id: id,
    event_type: 'manual',
    parameters,
  });
  return client.endOf(started.id);
};

const openOrdersShop = () => openShop({ '/orders.json': () => ({ body: { orders } }) });

describe('a run', () => {
  it('fetches, maps and decides, and shows every step of it', async () => {
    await using shop = await openOrdersShop();
    const tag = newTag();
    const parameters = { limit: 2, at_least: 1 };
    const run = await runToEnd(ordersWorkflow(tag, shop.url), parameters);

    expect(run).toMatchObject({
      status: 'success',
      state: null,
      event_type: 'manual',
      test_mode: false,
      parameters,
      failure: null,
      workflow: { name: `Orders ${tag}` },
    });
    const [created, started, ended] = [run.created_at, run.started_at, run.ended_at].map((at) =>
      Date.parse(at ?? ''),
    );
    expect(created).toBeLessThanOrEqual(started ?? 0);
    expect(run.duration_ms).toBe((ended ?? 0) - (started ?? 0));
    expect(run.records.every(({ meta }) => meta.duration_ms !== null && meta.duration_ms >= 0)).toBe(true);

    const url = `${shop.url}/orders.json?status=open&limit=2`;
    const shipments = orders.map(({ id, customer, total_price }) => ({
      reference: String(id),
      recipient: customer,
      value: total_price,
    }));
    expect(recordsOf(run, `fetch_${tag}`)).toMatchObject({
      'action-input': { parameters: { status: 'open', limit: '2' } },
      request: { url, method: 'GET' },
      response: {
        url,
        status_code: 200,
        response_headers: { 'content-type': 'application/json' },
        response: { orders },
      },
      'action-output': { status: 'success', output: { orders } },
    });
    expect(recordsOf(run, `map_${tag}`)).toMatchObject({
      'action-input': { data: { parameters, steps: { [`fetch_${tag}`]: { response: { orders } } } } },
      'action-output': { status: 'success', output: { shipments } },
    });
    expect(recordsOf(run, `enough_${tag}`)).toMatchObject({
      'action-input': { data: { steps: { [`map_${tag}`]: { response: { shipments } } } } },
      'action-output': { status: 'success', output: { result: true } },
    });
    expect(shop.received).toMatchObject([
      { query: { status: 'open', limit: '2' }, headers: { 'idempotency-key': `${run.id}-fetch_${tag}` } },
    ]);
  });

  it('ends as aborted at a false condition, and does nothing after it', async () => {
    await using shop = await openOrdersShop();
    const tag = newTag();
    const run = await runToEnd(
      inline(`Stop ${tag}`, [
        conditionAction(`Enough ${tag}`, '{"result": {{gte parameters.count 5}} }'),
        httpAction(`After ${tag}`, shop.url, '/orders.json'),
      ]),
      { count: 4 },
    );

    expect(run).toMatchObject({
      status: 'aborted',
      failure: { code: 'condition-false', action: `enough_${tag}` },
    });
    expect(recordsOf(run, `enough_${tag}`)).toMatchObject({ 'action-output': { output: { result: false } } });
    expect(recordsOf(run, `after_${tag}`)).toEqual({});
    expect(shop.received).toEqual([]);
  });

  it('ends as failed when the host answers 500, and keeps status and body', async () => {
    const body = { error: 'the warehouse burns' };
    await using shop = await openShop({ '/orders.json': () => ({ status: 500, body }) });
    const tag = newTag();
    const run = await runToEnd(ordersWorkflow(tag, shop.url));

    expect(run).toMatchObject({
      status: 'failed',
      failure: { code: 'http-status', action: `fetch_${tag}`, details: { status: 500 } },
    });
    // Once, and as often again as its policy says.
    expect(shop.received).toHaveLength(4);
    expect(recordsOf(run, `fetch_${tag}`)).toMatchObject({
      response: { status_code: 500, response: body },
      error: { error: { code: 'http-status' } },
      'action-output': { status: 'failed' },
    });
    expect(recordsOf(run, `map_${tag}`)).toEqual({});
  });

  it('ends as failed, naming the host, when nobody answers there', async () => {
    const shop = await openShop({});
    await shop[Symbol.asyncDispose]();
    const tag = newTag();
    const run = await runToEnd(ordersWorkflow(tag, shop.url));

    expect(run).toMatchObject({
      status: 'failed',
      failure: {
        code: 'connection-refused',
        action: `fetch_${tag}`,
        message: expect.stringContaining(new URL(shop.url).host),
      },
    });
  });

  it('performs the actions of one order side by side, and later ones see what both brought', async () => {
    const both = Promise.withResolvers<void>();
    let arrived = 0;
    const shelf = (name: string) => async () => {
      arrived++;
      if (arrived === 2) both.resolve();
      await both.promise;
      return { body: { name } };
    };
    await using shop = await openShop({ '/left': shelf('left'), '/right': shelf('right') });
    const tag = newTag();
    const run = await runToEnd(
      inline(
        `Parallel ${tag}`,
        [
          httpAction(`Left ${tag}`, shop.url, '/left'),
          httpAction(`Right ${tag}`, shop.url, '/right'),
          mappingAction(
            `Join ${tag}`,
            `{"names": ["{{steps.left_${tag}.response.name}}", "{{steps.right_${tag}.response.name}}"]}`,
          ),
        ],
        { action_nodes: [1, 1, 2].map((order, index) => ({ order, index })) },
      ),
    );

    expect(run.status).toBe('success');
    expect(recordsOf(run, `join_${tag}`)).toMatchObject({
      'action-output': { output: { names: ['left', 'right'] } },
    });
  });
});
