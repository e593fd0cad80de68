import { laterActionFields } from '../definition/action.ts';
import { laterWorkflowFields } from '../definition/workflow.ts';
import type { Plan, PlannedAction } from './plan.ts';

/** An HTTP request, unless something else is said. */
export const anAction = (given: Partial<PlannedAction> = {}): PlannedAction => ({
  id: 'wact_1',
  slug: 'orders',
  name: 'Orders',
  actionType: 'http_request',
  description: null,
  host: 'https://api.example.com',
  port: null,
  endpoint: null,
  method: 'get',
  parametersType: null,
  parametersTemplate: null,
  headerTemplate: null,
  contentType: null,
  ...laterActionFields,
  connection: null,
  metafields: {},
  metadata: {},
  templateSlug: null,
  ...given,
});

/** A plan of actions, each list an order. */
export const aPlan = (orders: readonly (readonly PlannedAction[])[], given: Partial<Plan> = {}): Plan => ({
  workflowId: 'wkfl_1',
  workflowSlug: 'w',
  workflowName: 'W',
  metadata: {},
  ...laterWorkflowFields,
  steps: orders.map((actions, order) => ({ order, actions })),
  ...given,
});
