/** What the demonstration runs. The names give the slugs by which templates know each other's results. */
export const workflowName = 'Morning orders';

/** By this a later start recognises its workflow among those of the same name. */
export const workflowMark = { demonstration: 'morning-orders' } as const;

export type DemoAction = Readonly<{ name: string; slug: string } & Record<string, unknown>>;

export const demoActions = (shop: string, token: string): readonly DemoAction[] => [
  {
    name: 'Shop orders',
    slug: 'shop_orders',
    description: 'Fetches the newest open orders of the shop.',
    action_type: 'http_request',
    method: 'get',
    host: shop,
    endpoint: '/orders.json',
    content_type: 'json',
    parameters_type: 'querystring',
    parameters_template: '{"status": "open", "limit": "{{parameters.limit}}"}',
    header_template: `{"X-Shop-Token": "${token}"}`,
  },
  {
    name: 'Map orders',
    slug: 'map_orders',
    description: 'Turns orders into shipments.',
    action_type: 'data_mapping',
    content_type: 'json',
    parameters_template: shipments,
  },
  {
    name: 'Enough orders',
    slug: 'enough_orders',
    description: 'Ends the run here when it is not worth a pickup.',
    action_type: 'conditional',
    content_type: 'json',
    parameters_template:
      '{"result": {{gte (length steps.map_orders.response.shipments) parameters.at_least}} }',
  },
];

export const runParameters = { limit: 10, at_least: 5 } as const;

const shipments = `{
  "shipments": [
    {{#each steps.shop_orders.response.orders}}
    {
      "reference": "{{name}}",
      "recipient": {
        "person_name": "{{shipping_address.name}}",
        "email": "{{customer.email}}",
        "address_line1": "{{shipping_address.street}}",
        "city": "{{shipping_address.city}}",
        "postal_code": "{{shipping_address.postal_code}}",
        "country_code": "{{shipping_address.country_code}}"
      },
      "parcel": {
        "weight_grams": {{total_weight_grams}},
        "items": [
          {{#each items}}
          { "sku": "{{sku}}", "title": "{{title}}", "quantity": {{quantity}} }{{#unless @last}},{{/unless}}
          {{/each}}
        ]
      },
      "value": { "amount": {{total_price}}, "currency": "{{currency}}" },
      "instructions": {{json note}}
    }{{#unless @last}},{{/unless}}
    {{/each}}
  ]
}`;
