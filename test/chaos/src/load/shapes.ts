/** A workflow of the load. `share` of the runs are of this shape. */
export type Shape = Readonly<{ name: string; trigger: 'manual' | 'webhook'; share: number; input: object }>;

type Fields = Readonly<Record<string, unknown>>;

/** Patient, and quick enough that a run is over within seconds. */
const retries = { max_retries: 8, base_delay_ms: 400, max_delay_ms: 3_000 };

export const shapesFor = (host: string): readonly Shape[] => {
  const call = (name: string, method: string, endpoint: string, more: Fields = {}): Fields => ({
    name,
    action_type: 'http_request',
    method,
    host,
    endpoint,
    content_type: 'json',
    retry_policy: retries,
    ...(method === 'get'
      ? {}
      : { parameters_type: 'data', parameters_template: '{"n": "{{parameters.n}}"}' }),
    ...more,
  });
  return [
    webhook('Reference', 3, [
      [call('Chaos orders', 'get', '/orders')],
      [mapping('Chaos map', '{"count": {{length steps.chaos_orders.response.orders}} }')],
      [condition('Chaos enough', '{"result": {{gte steps.chaos_map.response.count parameters.least}} }')],
    ]),
    webhook('Label', 2, [[call('Chaos label', 'post', '/labels')]]),
    manual('Together', 2, [
      [
        call('Chaos first', 'get', '/orders'),
        call('Chaos second', 'put', '/stock'),
        call('Chaos third', 'post', '/labels', { on_unknown: 'retry' }),
      ],
      [mapping('Chaos joined', '{"count": {{length steps.chaos_first.response.orders}} }')],
    ]),
    manual('Refused at first', 1, [[call('Chaos flaky', 'post', '/flaky', { on_unknown: 'retry' })]]),
    manual('Waiting', 1, [
      [call('Chaos before', 'get', '/orders')],
      [{ name: 'Chaos wait', action_type: 'wait', parameters_template: '{"seconds": 3}' }],
      [call('Chaos after', 'put', '/stock')],
    ]),
    webhook('Repeated when unknown', 1, [
      [call('Chaos repeated', 'post', '/forgetful', { on_unknown: 'retry' })],
    ]),
    webhook('Parked when unknown', 1, [[call('Chaos parked', 'post', '/forgetful', { on_unknown: 'park' })]]),
    manual('Unanswered', 1, [[call('Chaos unanswered', 'put', '/silent', { timeout_ms: 2_500 })]]),
  ];
};

const mapping = (name: string, template: string): Fields => ({
  name,
  action_type: 'data_mapping',
  content_type: 'json',
  parameters_template: template,
});

const condition = (name: string, template: string): Fields => ({
  ...mapping(name, template),
  action_type: 'conditional',
});

type Orders = readonly (readonly Fields[])[];

const webhook = (name: string, share: number, orders: Orders): Shape => shape(name, 'webhook', share, orders);
const manual = (name: string, share: number, orders: Orders): Shape => shape(name, 'manual', share, orders);

const shape = (name: string, trigger: Shape['trigger'], share: number, orders: Orders): Shape => {
  const actions = orders.flat();
  const action_nodes = orders.flatMap((together, order) =>
    together.map((action) => ({ order: order + 1, index: actions.indexOf(action) })),
  );
  const input = { name: `Chaos ${name}`, trigger: { trigger_type: trigger }, actions, action_nodes };
  return { name, trigger, share, input };
};
