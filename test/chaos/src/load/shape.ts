/** What starts the runs of a shape. `event`: over HTTP, and over NATS. */
export type Means = 'manual' | 'webhook' | 'delivery' | 'event' | 'schedule';

/** A workflow of the load. `share` of the runs that are asked for are of this shape. */
export type Shape = Readonly<{ name: string; means: Means; share: number; input: object }>;

export type Fields = Readonly<Record<string, unknown>>;
/** Actions in their orders, those of one order together. */
type Orders = readonly (readonly Fields[])[];

/** Patient, and quick enough that a run is over within seconds. */
export const retries = { max_retries: 8, base_delay_ms: 400, max_delay_ms: 3_000 };

export type Call = (name: string, method: string, endpoint: string, more?: Fields) => Fields;

export const callTo =
  (host: string): Call =>
  (name, method, endpoint, more = {}) => ({
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

export const mapping = (name: string, template: string): Fields => ({
  name,
  action_type: 'data_mapping',
  content_type: 'json',
  parameters_template: template,
});

export const condition = (name: string, template: string): Fields => ({
  ...mapping(name, template),
  action_type: 'conditional',
});

type Trigger = Readonly<{ trigger_type: string }>;

export const shape = (name: string, trigger: Trigger, share: number, orders: Orders): Shape => {
  const actions = orders.flat();
  const action_nodes = orders.flatMap((together, order) =>
    together.map((action) => ({ order: order + 1, index: actions.indexOf(action) })),
  );
  const input = { name: `Chaos ${name}`, trigger, actions, action_nodes };
  return { name, means: meansOf(trigger), share, input };
};

const meansOf = ({ trigger_type: type, ...more }: Trigger): Means => {
  if (type === 'webhook') return 'secret' in more ? 'delivery' : 'webhook';
  if (type === 'scheduled') return 'schedule';
  return type === 'event' ? 'event' : 'manual';
};
