/** An operation of the schema under an address of its own. */
export type RestOperation = Readonly<{
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With the object's id as `{id}`. */
  path: string;
  /** `page`: a list; `one`: an object or 404; `change`: a mutation, whose input is the body. */
  kind: 'page' | 'one' | 'change';
  /** The query's or mutation's name. */
  field: string;
  status: 200 | 201 | 202;
}>;

type Kind = Readonly<{ path: string; one: string; many?: string }>;

const reading = ({ path, one, many }: Kind): readonly RestOperation[] => [
  ...(many ? [{ method: 'GET', path, kind: 'page', field: many, status: 200 } as const] : []),
  { method: 'GET', path: `${path}/{id}`, kind: 'one', field: one, status: 200 },
];

const changing = ({ path, one }: Kind): readonly RestOperation[] => [
  { method: 'POST', path, kind: 'change', field: `create_${one}`, status: 201 },
  { method: 'PATCH', path: `${path}/{id}`, kind: 'change', field: `update_${one}`, status: 200 },
  { method: 'DELETE', path: `${path}/{id}`, kind: 'change', field: `delete_${one}`, status: 200 },
];

/** `POST /v1/workflows/{id}/activate` for `activate_workflow`. */
const doing = ({ path, one }: Kind, ...verbs: readonly string[]): readonly RestOperation[] =>
  verbs.map((verb) => ({
    method: 'POST',
    path: `${path}/{id}/${verb}`,
    kind: 'change',
    field: `${verb}_${one}`,
    status: 200,
  }));

const workflows = { path: '/v1/workflows', one: 'workflow', many: 'workflows' };
const actions = { path: '/v1/workflow-actions', one: 'workflow_action', many: 'workflow_actions' };
const connections = {
  path: '/v1/workflow-connections',
  one: 'workflow_connection',
  many: 'workflow_connections',
};
const triggers = { path: '/v1/workflow-triggers', one: 'workflow_trigger' };
const metafields = { path: '/v1/metafields', one: 'metafield', many: 'metafields' };
const events = { path: '/v1/workflow-events', one: 'workflow_event', many: 'workflow_events' };
const records = { path: '/v1/tracing-records', one: 'tracing_record', many: 'tracing_records' };
const rules = { path: '/v1/shipping-rules', one: 'shipping_rule', many: 'shipping_rules' };
const decisions = { path: '/v1/rate-decisions', one: 'rate_decision', many: 'rate_decisions' };

/** All there are. What a field means, and who may use it, is said by the schema alone. */
export const restOperations: readonly RestOperation[] = [
  ...[workflows, actions, connections, metafields, rules].flatMap((kind) => [
    ...reading(kind),
    ...changing(kind),
  ]),
  ...changing(triggers),
  ...doing(workflows, 'activate', 'deactivate'),
  ...reading(events),
  { method: 'POST', path: events.path, kind: 'change', field: 'create_workflow_event', status: 202 },
  ...doing(events, 'cancel', 'pause', 'resume', 'rerun', 'redrive', 'settle'),
  ...reading(records),
  ...doing(rules, 'activate', 'deactivate'),
  ...reading(decisions),
  ...doing(decisions, 'settle'),
];
