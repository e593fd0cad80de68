import { emailNotification, slackNotification } from './action-templates.ts';
import type { WorkflowTemplate } from './template.ts';

const request = { action_type: 'http_request', content_type: 'json' } as const;

export const workflowTemplates: readonly WorkflowTemplate[] = [
  {
    slug: 'order-fulfillment-notification',
    name: 'Order Fulfillment Notification',
    description: 'Writes to the customer when the shop says that an order was fulfilled.',
    trigger: { trigger_type: 'webhook' },
    actions: [
      {
        ...emailNotification,
        order: 1,
        name: 'Fulfillment email',
        description: 'Tells the customer that the order is on its way.',
        parameters_template: `{
  "personalizations": [{"to": [{"email": "{{parameters.customer_email}}", "name": "{{parameters.customer_name}}"}]}],
  "from": {"email": "{{connection.from_email}}"},
  "subject": "Your order {{parameters.order_id}} is on its way",
  "content": [{"type": "text/plain", "value": "Track it with {{parameters.tracking_number}}."}]
}`,
      },
    ],
  },
  {
    slug: 'erp-order-sync',
    name: 'ERP Order Sync',
    description: 'Hands each new order of the shop on to the ERP.',
    trigger: { trigger_type: 'webhook' },
    actions: [
      {
        ...request,
        order: 1,
        slug: 'erp-order',
        name: 'Order to ERP',
        description: 'Creates the order there. Set its host and give it a connection.',
        method: 'post',
        parameters_type: 'data',
        host: 'https://erp.example.com',
        endpoint: '/api/orders',
        parameters_template: `{
  "order_id": "{{parameters.order_id}}",
  "customer": {"name": "{{parameters.customer_name}}", "email": "{{parameters.customer_email}}"},
  "items": {{parameters.items}},
  "total": {{parameters.total}},
  "currency": "{{parameters.currency}}"
}`,
      },
    ],
  },
  {
    slug: 'inventory-level-alert',
    name: 'Inventory Level Alert',
    description: 'Says each morning which products run low.',
    trigger: { trigger_type: 'scheduled', schedule: '0 9 * * *' },
    actions: [
      {
        ...request,
        order: 1,
        slug: 'inventory-check',
        name: 'Inventory check',
        description: 'Asks which products run low. Set its host and give it a connection.',
        method: 'get',
        parameters_type: 'querystring',
        host: 'https://inventory.example.com',
        endpoint: '/api/products/low',
        parameters_template: '{"threshold": {{default parameters.threshold 10}}}',
      },
      {
        ...slackNotification,
        order: 2,
        name: 'Inventory alert',
        description: 'Posts them to a channel.',
        parameters_template: `{
  "channel": "{{default parameters.channel "#inventory"}}",
  "text": "Running low: {{join (pluck steps.inventory_check.response.products "name") ", "}}"
}`,
      },
    ],
  },
  {
    slug: 'shipping-rate-sync',
    name: 'Shipping Rate Sync',
    description: 'Has the shop take over the shipping rates of the day.',
    trigger: { trigger_type: 'scheduled', schedule: '0 6 * * *' },
    actions: [
      {
        ...request,
        order: 1,
        slug: 'rate-sync',
        name: 'Rates to shop',
        description: 'Asks the shop to update its rates. Set its host and give it a connection.',
        method: 'post',
        parameters_type: 'data',
        host: 'https://shop.example.com',
        endpoint: '/api/shipping-rates/sync',
        parameters_template:
          '{\n  "carriers": {{parameters.carriers}},\n  "currency": "{{default parameters.currency "USD"}}"\n}',
      },
    ],
  },
];
