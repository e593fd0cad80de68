import { granted, known, secrets } from './credentials.ts';
import { callTo, condition, mapping, retries, shape, type Call, type Fields, type Shape } from './shape.ts';

const manual = { trigger_type: 'manual' };
const webhook = { trigger_type: 'webhook' };

export const shapesFor = (host: string): readonly Shape[] => {
  const call = callTo(host);
  return [
    ...plain(call),
    ...unknown(call),
    ...named(call),
    ...scheduled(call),
    ...rated,
    shape('Known', manual, 1, [
      [call('Chaos known', 'post', '/known', { connection: known(host), on_unknown: 'retry' })],
      [call('Chaos granted', 'put', '/granted', { connection: granted(host) })],
    ]),
  ];
};

const plain = (call: Call): readonly Shape[] => [
  shape('Reference', webhook, 3, [
    [call('Chaos orders', 'get', '/orders')],
    [mapping('Chaos map', '{"count": {{length steps.chaos_orders.response.orders}} }')],
    [condition('Chaos enough', '{"result": {{gte steps.chaos_map.response.count parameters.least}} }')],
  ]),
  shape('Label', webhook, 2, [[call('Chaos label', 'post', '/labels')]]),
  shape('Together', manual, 2, [
    [
      call('Chaos first', 'get', '/orders'),
      call('Chaos second', 'put', '/stock'),
      call('Chaos third', 'post', '/labels', { on_unknown: 'retry' }),
    ],
    [mapping('Chaos joined', '{"count": {{length steps.chaos_first.response.orders}} }')],
  ]),
  shape('Refused at first', manual, 1, [[call('Chaos flaky', 'post', '/flaky', { on_unknown: 'retry' })]]),
  shape('Waiting', manual, 1, [
    [call('Chaos before', 'get', '/orders')],
    [{ name: 'Chaos wait', action_type: 'wait', parameters_template: '{"seconds": 3}' }],
    [call('Chaos after', 'put', '/stock')],
  ]),
];

/** Of an effect that is asked for by its run's parameters: a run that repeats another would be told of the other's. */
export const probedName = 'Probed when unknown';

/** What becomes of requests whose answer is lost. */
const unknown = (call: Call): readonly Shape[] => [
  shape('Repeated when unknown', webhook, 1, [
    [call('Chaos repeated', 'post', '/forgetful', { on_unknown: 'retry' })],
  ]),
  shape('Parked when unknown', webhook, 1, [
    [call('Chaos parked', 'post', '/forgetful', { on_unknown: 'park' })],
  ]),
  shape(probedName, manual, 1, [
    [
      call('Chaos probed', 'post', '/effects/{{parameters.n}}', {
        on_unknown: 'probe',
        probe: { endpoint: '/seen/{{parameters.n}}', template: '{{steps.chaos_probed.response.seen}}' },
      }),
    ],
  ]),
  shape('Unanswered', manual, 1, [[call('Chaos unanswered', 'put', '/silent', { timeout_ms: 2_500 })]]),
];

/** The type of the events that are sent. */
export const heardType = 'chaos.heard';

/** Runs that are named by a delivery or an event; two workflows hear of each event. */
const named = (call: Call): readonly Shape[] => {
  const delivery = { ...webhook, secret: secrets.signing, webhook: { signature: { scheme: 'github' } } };
  const heard = (event: object) => ({ trigger_type: 'event', event });
  return [
    shape('Delivered', delivery, 2, [[call('Chaos delivered', 'put', '/stock')]]),
    shape('Heard', heard({ types: [heardType] }), 1, [[call('Chaos heard', 'put', '/stock')]]),
    shape('Heard, too', heard({ types: ['chaos.>'], filter: '{{gt parameters.data.n 0}}' }), 0, [
      [mapping('Chaos noted', '{"id": "{{parameters.id}}"}')],
    ]),
  ];
};

/** Each second, or every other; a run lasts about as long where that matters. */
const scheduled = (call: Call): readonly Shape[] => {
  const each = (overlap_policy: string, seconds: number) => ({
    trigger_type: 'scheduled',
    schedule: `*/${seconds} * * * * *`,
    schedule_policy: { overlap_policy, catch_up_policy: 'all' },
  });
  return [
    shape('Each slot', each('allow', 1), 0, [
      [mapping('Chaos slot', '{"slot": "{{parameters.schedule.slot}}"}')],
    ]),
    shape('Free slots', each('skip', 1), 0, [[call('Chaos free slot', 'get', '/slow')]]),
    shape('Slots in turn', each('queue_one', 1), 0, [[call('Chaos slot in turn', 'get', '/slow')]]),
    shape('Last slot', each('cancel_running', 2), 0, [[call('Chaos last slot', 'get', '/slow')]]),
  ];
};

const rate = (id: string, total_charge: number, transit_days: number) => ({
  id,
  carrier_name: 'ups',
  carrier_id: 'ups-main',
  service: `ups_${id}`,
  currency: 'USD',
  total_charge,
  transit_days,
});

/** Shipments of this channel wait for a person. */
export const heldChannel = 'chaos-look';

const select = (name: string, shipment: object): Fields => ({
  name,
  action_type: 'select_rate',
  content_type: 'json',
  parameters_template: JSON.stringify({ shipment, rates: [rate('quick', 30, 1), rate('cheap', 10, 5)] }),
  retry_policy: retries,
});

/** Which rate is chosen depends on what the rule says at the time, or on who settles what it held. */
const rated: readonly Shape[] = [
  shape('Rated', manual, 2, [
    [select('Chaos rated', {})],
    [mapping('Chaos told', '{"rate": {{json steps.chaos_rated.response.selected_rate.id}} }')],
  ]),
  shape('Held', manual, 1, [
    [select('Chaos held', { channel: heldChannel })],
    [mapping('Chaos released', '{"outcome": "{{steps.chaos_held.response.outcome}}"}')],
  ]),
];
