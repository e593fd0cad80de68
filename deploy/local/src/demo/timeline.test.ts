import { describe, expect, it } from 'vitest';
import type { Run } from './run.ts';
import { formatTimeline, outputOf, totalMs } from './timeline.ts';

const at = Date.parse('2026-11-22T08:00:00.000Z') / 1_000;
type Traced = Run['records'][number];
const traced = (
  slug: string,
  key: string,
  ms: number,
  record: Partial<Traced['record']> = {},
  attempt = 1,
): Traced => ({
  key,
  timestamp: at + ms / 1_000,
  record: { error: undefined, output: undefined, ...record },
  meta: { workflow_action_slug: slug, attempt },
});

const aRun = (records: Run['records']): Run => ({
  id: 'wevt_1',
  status: 'success',
  created_at: '2026-11-22T08:00:00.000Z',
  workflow: {
    action_nodes: [
      { order: 1, slug: 'shop_orders' },
      { order: 2, slug: 'map_orders' },
    ],
    actions: [
      { slug: 'shop_orders', name: 'Shop orders', action_type: 'http_request' },
      { slug: 'map_orders', name: 'Map orders', action_type: 'data_mapping' },
    ],
  },
  records,
});

const fetched = [
  traced('shop_orders', 'action-input', 5),
  traced('shop_orders', 'request', 5, { url: 'http://shop/orders.json', method: 'GET' }),
  traced('shop_orders', 'response', 25, { status_code: 200 }),
  traced('shop_orders', 'action-output', 25, { status: 'success' }),
];

describe('the timeline of a run', () => {
  it('has a line per step, with its start after the request and its duration', () => {
    const run = aRun([
      ...fetched,
      traced('map_orders', 'action-input', 25),
      traced('map_orders', 'action-output', 27, { status: 'success', output: { shipments: [] } }),
    ]);

    expect(formatTimeline(run)).toEqual([
      'order  step         type          start   took   outcome',
      '─────  ───────────  ────────────  ──────  ─────  ─────────────────────────────────────────────',
      '1      Shop orders  http_request  +5 ms   20 ms  success, 200 from GET http://shop/orders.json',
      '2      Map orders   data_mapping  +25 ms  2 ms   success',
    ]);
    expect(totalMs(run)).toBeCloseTo(27, 3);
    expect(outputOf(run, 'map_orders')).toEqual({ shipments: [] });
  });

  it('stays in the order of the workflow where two steps begin in the same millisecond', () => {
    const [, , ...steps] = formatTimeline(
      aRun([
        traced('map_orders', 'action-output', 25, { status: 'success' }),
        traced('shop_orders', 'action-output', 25, { status: 'success' }),
      ]),
    );

    expect(steps.map((line) => line[0])).toEqual(['1', '2']);
  });

  it('says what went wrong, and gives each attempt a line', () => {
    const failure = { status: 'failed' };
    const run = aRun([
      traced('shop_orders', 'action-input', 5),
      traced('shop_orders', 'error', 9, { error: { code: 'http-500', message: 'The host answered 500.' } }),
      traced('shop_orders', 'action-output', 9, failure),
      traced('shop_orders', 'action-input', 50, {}, 2),
    ]);
    const [, , first, second] = formatTimeline(run);

    expect(first).toContain('failed, The host answered 500.');
    expect(second).toContain('Shop orders (attempt 2)');
    expect(second).toContain('running');
  });
});
