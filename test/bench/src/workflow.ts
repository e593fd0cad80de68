import { z } from 'zod';
import type { Stack } from './stack.ts';

const mapping = `{
  "shipments": [
    {{#each steps.bench_orders.response.orders}}
    {
      "reference": "{{id}}",
      "recipient": "{{customer.first_name}} {{customer.last_name}}",
      "value": {{total_price}},
      "currency": "{{currency}}"
    }{{#unless @last}},{{/unless}}
    {{/each}}
  ],
  "count": {{steps.bench_orders.response.orders.length}}
}`;

/** W3: HTTP GET of ten orders → mapping of the ten → condition. */
const input = (stubPort: number) => ({
  name: 'Bench W3',
  trigger: { trigger_type: 'webhook' },
  actions: [
    {
      name: 'Bench orders',
      action_type: 'http_request',
      method: 'get',
      host: `http://127.0.0.1:${stubPort}`,
      endpoint: '/orders.json',
      content_type: 'json',
    },
    {
      name: 'Bench mapping',
      action_type: 'data_mapping',
      content_type: 'json',
      parameters_template: mapping,
    },
    {
      name: 'Bench enough',
      action_type: 'conditional',
      parameters_template: '{"result": "{{gt steps.bench_mapping.response.count 5}}"}',
    },
  ],
  action_nodes: [
    { order: 1, index: 0 },
    { order: 2, index: 1 },
    { order: 3, index: 2 },
  ],
});

const mutation = `mutation ($input: CreateWorkflowMutationInput!) {
  create_workflow(input: $input) { workflow { id } errors { field messages } }
}`;

const Answer = z.object({
  data: z.object({ create_workflow: z.object({ workflow: z.object({ id: z.string() }) }) }),
});

/** @throws Error with the gateway's answer when the workflow was not made. */
export const createBenchWorkflow = async (stack: Stack, stubPort: number): Promise<string> => {
  const response = await fetch(`${stack.gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Token ${stack.api_key}` },
    body: JSON.stringify({ query: mutation, variables: { input: input(stubPort) } }),
  });
  const text = await response.text();
  const answer = Answer.safeParse(JSON.parse(text));
  if (!answer.success) throw new Error(`the workflow was not created: ${text}`);
  return answer.data.data.create_workflow.workflow.id;
};
