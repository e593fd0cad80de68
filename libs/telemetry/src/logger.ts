import { trace } from '@opentelemetry/api';
import { pino, stdTimeFunctions, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

const secretKeys = [
  'authorization',
  'Authorization',
  'cookie',
  'secret',
  'secretKey',
  'sealedSecret',
  'password',
  'credentials',
  'apiKey',
  'token',
  'masterKey',
];

/** JSON lines on stdout. A value under a key that names a secret is masked, down to the third level. */
export const createLogger = (service: string, level: string): Logger =>
  pino({
    level,
    base: { service, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
    mixin: traceIds,
  });

const traceIds = () => {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
};
