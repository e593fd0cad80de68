import { describe, expect, it } from 'vitest';
import { metricsText } from './metrics-text.ts';
import { counter, gauge, histogram } from './metrics.ts';

const linesOf = async (name: string) =>
  (await metricsText())
    .split('\n')
    .filter((line) => line.startsWith(name) || line.startsWith(`# TYPE ${name} `));

describe('metricsText', () => {
  it('has what a counter added up, per set of attributes', async () => {
    const ended = counter('karrio_test_ended_total', 'Ended.');
    ended.add(1, { outcome: 'succeeded' });
    ended.add(2, { outcome: 'succeeded' });
    ended.add(undefined, { outcome: 'failed' });

    expect(await linesOf('karrio_test_ended_total')).toEqual([
      '# TYPE karrio_test_ended_total counter',
      'karrio_test_ended_total{outcome="succeeded"} 3',
      'karrio_test_ended_total{outcome="failed"} 1',
    ]);
  });

  it('sorts values into the buckets of a histogram', async () => {
    const size = histogram('karrio_test_size_bytes', 'Size.', { unit: 'By', buckets: [10, 100] });
    for (const value of [5, 50, 500]) size.record(value);

    expect(await linesOf('karrio_test_size_bytes')).toEqual([
      '# TYPE karrio_test_size_bytes histogram',
      'karrio_test_size_bytes_count 3',
      'karrio_test_size_bytes_sum 555',
      'karrio_test_size_bytes_bucket{le="10"} 1',
      'karrio_test_size_bytes_bucket{le="100"} 2',
      'karrio_test_size_bytes_bucket{le="+Inf"} 3',
    ]);
  });

  it('reads a gauge when it is asked, and no longer once that is disposed', async () => {
    let depth = 1;
    const disposable = gauge('karrio_test_depth', 'Depth.', () => depth);
    depth = 7;
    expect(await linesOf('karrio_test_depth')).toContain('karrio_test_depth 7');

    disposable[Symbol.dispose]();
    expect(await linesOf('karrio_test_depth')).toEqual([]);
  });

  it('reads a gauge with one value per set of attributes', async () => {
    using _ = gauge('karrio_test_lag', 'Lag.', async () => [
      { value: 3, attributes: { projection: 'runs' } },
      { value: 4, attributes: { projection: 'workflows' } },
    ]);

    expect(await linesOf('karrio_test_lag')).toEqual([
      '# TYPE karrio_test_lag gauge',
      'karrio_test_lag{projection="runs"} 3',
      'karrio_test_lag{projection="workflows"} 4',
    ]);
  });

  it('leaves out a gauge that cannot be read, and keeps the rest', async () => {
    counter('karrio_test_rest_total', 'Rest.').add();
    let isConnected = true;
    using _ = gauge('karrio_test_broken', 'Broken.', async () => {
      if (isConnected) return 1;
      throw new Error('no connection');
    });
    expect(await linesOf('karrio_test_broken')).toContain('karrio_test_broken 1');
    isConnected = false;

    expect(await linesOf('karrio_test_broken')).toEqual([]);
    expect(await linesOf('karrio_test_rest_total')).toContain('karrio_test_rest_total 1');
  });

  it.each([
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'process_uptime_seconds',
    'nodejs_eventloop_lag_p99_seconds',
  ])('has the %s of the process', async (name) => {
    const line = (await metricsText()).split('\n').find((text) => text.startsWith(`${name} `));

    expect(Number(line?.split(' ')[1])).toBeGreaterThan(0);
  });
});
