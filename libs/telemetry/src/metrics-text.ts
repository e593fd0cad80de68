import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { reader } from './metrics.ts';
import { observeProcess } from './process-metrics.ts';

// Without OpenTelemetry's scope and target labels: a service has one scope, and Prometheus names the target.
const serializer = new PrometheusSerializer('', false, undefined, true, true);

/** Everything that was recorded and the process's own metrics, in Prometheus' text format. */
export const metricsText = async (): Promise<string> => {
  observeProcess();
  const { resourceMetrics } = await reader.collect();
  return serializer.serialize(resourceMetrics);
};
