import { randomBytes } from 'node:crypto';
import type { Run } from './gateway-client.ts';

/** Makes the names of a story its own: all stories share an organisation, where an action's slug is unique. */
export const newTag = (): string => randomBytes(4).toString('hex');

export const orders = [
  { id: 1001, customer: 'Ada', total_price: 19.9 },
  { id: 1002, customer: 'Grace "Amazing" Hopper', total_price: 200 },
];

type Overrides = Readonly<Record<string, unknown>>;

/** What fails for good does so at once: unless told otherwise, an action is tried again for seven seconds. */
const retry_policy = { max_retries: 3, base_delay_ms: 20 };

export const httpAction = (name: string, host: string, endpoint: string, over: Overrides = {}) => ({
  name,
  action_type: 'http_request',
  method: 'get',
  host,
  endpoint,
  content_type: 'json',
  retry_policy,
  ...over,
});

export const mappingAction = (name: string, template: string) => ({
  name,
  action_type: 'data_mapping',
  content_type: 'json',
  parameters_template: template,
});

export const conditionAction = (name: string, template: string) => ({
  name,
  action_type: 'conditional',
  content_type: 'json',
  parameters_template: template,
});

/** A workflow of new actions, one after the other, as the contract's dashboard sends it: orders count from 1. */
export const inline = (name: string, actions: readonly object[], over: Overrides = {}) => ({
  name,
  description: 'Made by an end-to-end test',
  trigger: { trigger_type: 'manual' },
  action_nodes: actions.map((_, index) => ({ order: index + 1, index })),
  actions,
  ...over,
});

/** Fetch, map, decide: `parameters.limit` orders are asked for, `parameters.at_least` are enough. */
export const ordersWorkflow = (tag: string, shop: string, over: Overrides = {}) =>
  inline(
    `Orders ${tag}`,
    [
      httpAction(`Fetch ${tag}`, shop, '/orders.json', {
        parameters_type: 'querystring',
        parameters_template: '{"status": "open", "limit": "{{parameters.limit}}"}',
      }),
      mappingAction(
        `Map ${tag}`,
        `{"shipments": [{{#each steps.fetch_${tag}.response.orders}}
          {"reference": "{{id}}", "recipient": "{{customer}}", "value": {{total_price}}}{{#unless @last}},{{/unless}}
        {{/each}}]}`,
      ),
      conditionAction(
        `Enough ${tag}`,
        `{"result": {{gte (length steps.map_${tag}.response.shipments) parameters.at_least}} }`,
      ),
    ],
    over,
  );

/** A webhook's shortest workflow: one request to the shop. */
export const hookWorkflow = (tag: string, shop: string, over: Overrides = {}) =>
  inline(`Hook ${tag}`, [httpAction(`Call ${tag}`, shop, '/called')], {
    trigger: { trigger_type: 'webhook' },
    ...over,
  });

/** An action's records of one attempt, by key. */
export const recordsOf = (run: Run, slug: string, attempt = 1) =>
  Object.fromEntries(
    run.records
      .filter(({ meta }) => meta.workflow_action_slug === slug && meta.attempt === attempt)
      .map(({ key, record }) => [key, record]),
  );
