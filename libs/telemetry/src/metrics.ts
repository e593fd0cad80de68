import type { Attributes, Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { AggregationTemporality, InstrumentType, MeterProvider } from '@opentelemetry/sdk-metrics';

export type Counter = Readonly<{ add: (n?: number, attributes?: Attributes) => void }>;
export type Histogram = Readonly<{ record: (value: number, attributes?: Attributes) => void }>;
/** One number, or one per set of attributes. */
export type GaugeReading = number | readonly Readonly<{ value: number; attributes: Attributes }>[];

/**
 * The process has one registry. Nothing is exported until somebody collects it. Gauges are read as deltas, or
 * else the last value of one that failed or was disposed would be shown for ever.
 */
export const reader = Object.assign(new PrometheusExporter({ preventServerStart: true }), {
  selectAggregationTemporality: (type: InstrumentType) =>
    type === InstrumentType.OBSERVABLE_GAUGE
      ? AggregationTemporality.DELTA
      : AggregationTemporality.CUMULATIVE,
});
export const meter: Meter = new MeterProvider({ readers: [reader] }).getMeter('karrio');

/** Seconds, from one durable append to a slow call to the outside. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What only goes up. The name ends in `_total`; asking twice for one name gives the same counter. */
export const counter = (name: string, description: string): Counter => {
  const instrument = meter.createCounter(name, { description });
  return { add: (n = 1, attributes) => instrument.add(n, attributes) };
};

/** How values are spread. The name ends in its unit; the buckets fit seconds unless they are given. */
export const histogram = (
  name: string,
  description: string,
  { unit = 's', buckets = secondsBuckets }: Readonly<{ unit?: string; buckets?: readonly number[] }> = {},
): Histogram => {
  const instrument = meter.createHistogram(name, {
    description,
    unit,
    advice: { explicitBucketBoundaries: [...buckets] },
  });
  return { record: (value, attributes) => instrument.record(value, attributes) };
};

/** What is read when somebody looks; until it is disposed. A reading that fails is left out. */
export const gauge = (
  name: string,
  description: string,
  read: () => GaugeReading | Promise<GaugeReading>,
): Disposable => {
  const instrument = meter.createObservableGauge(name, { description });
  const observe: Parameters<typeof instrument.addCallback>[0] = async (result) => {
    const reading = await read();
    if (typeof reading === 'number') return result.observe(reading);
    for (const { value, attributes } of reading) result.observe(value, attributes);
  };
  instrument.addCallback(observe);
  return { [Symbol.dispose]: () => instrument.removeCallback(observe) };
};
