import { afterAll, describe, expect, inject, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { openShop } from './support/shop-stub.ts';
import { httpAction, inline, newTag, recordsOf } from './support/workflow.ts';

const client = gatewayClient(inject('stack'));

afterAll(() => client.checkReplays());

const token = 'shpat_e2e_1234567890';

const shopifyOrders = {
  body: {
    count: 11,
    orders: [
      {
        id: 450789469,
        total_price: '199.00',
        currency: 'USD',
        customer: { first_name: 'Bob "B"', last_name: 'Norman' },
      },
      {
        id: 450789470,
        total_price: '5.50',
        currency: 'USD',
        customer: { first_name: 'Eva', last_name: 'Ödön' },
      },
    ],
  },
};

/** The templates are those of the product requirements, word for word, but for the slug of the step. */
const shopifyWorkflow = (tag: string, host: string) =>
  inline(`Shopify ${tag}`, [
    {
      ...httpAction(`Shopify orders ${tag}`, '', '/admin/api/2023-04/orders.json'),
      host: undefined,
      template_engine: 'jinja',
      parameters_type: 'querystring',
      parameters_template: '{"status": "open", "limit": "{{parameters.limit}}"}',
      header_template: '{"X-Shopify-Access-Token": "{{connection.access_token}}"}',
      connection: {
        name: `Shopify ${tag}`,
        auth_type: 'api_key',
        host,
        metafields: [{ key: 'access_token', type: 'password', value: token, is_required: true }],
      },
    },
    {
      name: `Transform ${tag}`,
      action_type: 'data_mapping',
      template_engine: 'jinja',
      content_type: 'json',
      parameters_template: `
    {
      "transformed_orders": [
        {% for order in steps.shopify_orders_${tag}.response.orders %}
        {
          "order_id": "{{order.id}}",
          "customer_name": "{{order.customer.first_name}} {{order.customer.last_name}}",
          "total": {{order.total_price}},
          "currency": "{{order.currency}}"
        }{% if not loop.last %},{% endif %}
        {% endfor %}
      ]
    }
    `,
    },
    {
      name: `Enough ${tag}`,
      action_type: 'conditional',
      template_engine: 'jinja',
      parameters_template: `
    {
      "result": "{{steps.shopify_orders_${tag}.response.count > 10}}"
    }
    `,
    },
  ]);

const runOf = async (workflowId: string) => {
  const { id } = await client.make('create_workflow_event', {
    workflow_id: workflowId,
    event_type: 'manual',
    parameters: { limit: 50 },
  });
  return client.endOf(id);
};

describe('the workflow of the product requirements', () => {
  it('runs as it is written there, with its connection’s secret in the request and nowhere else', async () => {
    const tag = newTag();
    await using shop = await openShop({ '/admin/api/2023-04/orders.json': () => shopifyOrders });
    const { id } = await client.make('create_workflow', shopifyWorkflow(tag, shop.url));
    const run = await runOf(id);

    expect(run.status).toBe('success');
    expect(shop.received).toMatchObject([{ headers: { 'x-shopify-access-token': token } }]);
    expect(shop.received[0]?.query).toEqual({ status: 'open', limit: '50' });
    expect(recordsOf(run, `transform_${tag}`)).toMatchObject({
      'action-output': {
        output: {
          transformed_orders: [
            { order_id: '450789469', customer_name: 'Bob "B" Norman', currency: 'USD' },
            { order_id: '450789470', customer_name: 'Eva Ödön' },
          ],
        },
      },
    });
    expect(JSON.stringify(run)).not.toContain(token);
    expect(recordsOf(run, `shopify_orders_${tag}`)).toMatchObject({
      request: { request_headers: { 'x-shopify-access-token': '***' } },
    });
  });

  it('takes a rotated secret with the next run', async () => {
    const tag = newTag();
    await using shop = await openShop({ '/admin/api/2023-04/orders.json': () => shopifyOrders });
    const { id } = await client.make('create_workflow', shopifyWorkflow(tag, shop.url));
    const text = `{ workflow_connections(filter: {keyword: "${tag}"}) {
      edges { node { id is_credentials_complete metafields { id key value is_set fingerprint } } } } }`;
    const before = (await client.query(text)).workflow_connections.edges[0].node;
    expect(before).toMatchObject({
      is_credentials_complete: true,
      metafields: [{ key: 'access_token', value: null, is_set: true }],
    });
    const [field] = before.metafields;
    const metafields = [{ id: field.id, key: field.key, type: 'password', value: 'shpat_rotated' }];
    await client.make('update_workflow_connection', { id: before.id, metafields });
    await runOf(id);
    expect(shop.received.at(-1)?.headers['x-shopify-access-token']).toBe('shpat_rotated');
    const after = (await client.query(text)).workflow_connections.edges[0].node;
    expect(after.metafields[0].fingerprint).not.toBe(field.fingerprint);
  });
});
