/** Used as `node --import @karrio/telemetry/register`. Without an endpoint it loads nothing and costs nothing. */
if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT']) {
  const { startTracing } = await import('./start-tracing.ts');
  startTracing(process.env);
}
