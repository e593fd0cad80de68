import { context, diag, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { flushTraces, flushWith } from './flush.ts';
import { createLogger } from './logger.ts';
import { samplerOf } from './sampler.ts';

/** Without a collector the exporter retries for 10 s; a stopping service does not wait that long for it. */
const flushTimeoutMs = 2_000;

type Env = Readonly<Record<string, string | undefined>>;

/** Spans go out in batches over OTLP/HTTP; OpenTelemetry's own variables say where to and how many. */
export const startTracing = (env: Env) => {
  const log = createLogger(env['OTEL_SERVICE_NAME'] ?? 'karrio', 'warn');
  diag.setLogger(
    {
      error: (message) => log.warn({ reason: message }, 'tracing failed'),
      warn: (message) => log.warn({ reason: message }, 'tracing warned'),
      info: () => undefined,
      debug: () => undefined,
      verbose: () => undefined,
    },
    DiagLogLevel.WARN,
  );
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }),
    ),
    sampler: samplerOf(env),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  flushWith(() =>
    provider
      .forceFlush({ timeoutMillis: flushTimeoutMs })
      .catch((errors: unknown) => log.warn({ reason: [errors].flat().map(String) }, 'spans were lost')),
  );
  process.once('beforeExit', () => void flushTraces());
};
