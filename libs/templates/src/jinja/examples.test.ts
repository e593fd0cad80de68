import { describe, expect, it } from 'vitest';
import { parseVerdict } from '../index.ts';
import { json, text } from '../render.fixture.ts';

const orders = [
  {
    id: 1001,
    customer: { first_name: 'Ann "Q"', last_name: 'Lee\n' },
    total_price: 19.99,
    currency: 'USD',
  },
  { id: 1002, customer: { first_name: 'Bö😀', last_name: '\\' }, total_price: 5, currency: 'EUR' },
];
const context = {
  parameters: { limit: 50 },
  steps: { shopify_orders: { response: { orders } }, order_count: { response: { count: 11 } } },
  connection: { access_token: 'shpat_1"' },
  credentials: { api_key: 'sk_test_123456', username: 'user', password: 'p:"s', access_token: 'at' },
};

describe('the examples that users of Karrio know run as they are written', () => {
  it('maps orders in a loop with commas between', () => {
    const source = `
    {
      "transformed_orders": [
        {% for order in steps.shopify_orders.response.orders %}
        {
          "order_id": "{{order.id}}",
          "customer_name": "{{order.customer.first_name}} {{order.customer.last_name}}",
          "total": {{order.total_price}},
          "currency": "{{order.currency}}"
        }{% if not loop.last %},{% endif %}
        {% endfor %}
      ]
    }
    `;
    expect(json(source, context, 'jinja')).toEqual({
      transformed_orders: [
        { order_id: '1001', customer_name: 'Ann "Q" Lee\n', total: 19.99, currency: 'USD' },
        { order_id: '1002', customer_name: 'Bö😀 \\', total: 5, currency: 'EUR' },
      ],
    });
  });

  it('judges a comparison inside of quotes', () => {
    const source = `
    {
      "result": "{{steps.order_count.response.count > 10}}"
    }
    `;
    expect(parseVerdict(text(source, context, 'json', 'jinja'))).toEqual({ verdict: true });
    const fewer = { steps: { order_count: { response: { count: 10 } } } };
    expect(parseVerdict(text(source, fewer, 'json', 'jinja'))).toEqual({ verdict: false });
  });

  it.each([
    ['{"status": "open", "limit": "{{parameters.limit}}"}', { status: 'open', limit: '50' }],
    ['{"X-Shopify-Access-Token": "{{connection.access_token}}"}', { 'X-Shopify-Access-Token': 'shpat_1"' }],
    ['{ "Authorization": "Bearer {{credentials.api_key}}" }', { Authorization: 'Bearer sk_test_123456' }],
    ['{ "Authorization": "Bearer {{credentials.access_token}}" }', { Authorization: 'Bearer at' }],
  ])('renders %s in both languages', (source, expected) => {
    expect(json(source, context, 'jinja')).toEqual(expected);
    expect(json(source, context, 'handlebars')).toEqual(expected);
  });

  it('renders the pair of Basic authentication as a text', () => {
    const source = '{{credentials.username}}:{{credentials.password}}';
    expect(text(source, context, 'text', 'jinja')).toBe('user:p:"s');
    expect(text(source, context, 'text', 'handlebars')).toBe('user:p:"s');
  });
});
