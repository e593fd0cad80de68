export { attribute } from './attribute.ts';
export { createLogger, type Logger } from './logger.ts';
export { counter, gauge, histogram, type Counter, type GaugeReading, type Histogram } from './metrics.ts';
export { metricsText } from './metrics-text.ts';
export { currentTraceparent, withTraceparent } from './traceparent.ts';
export { traced, type Span } from './traced.ts';
export { flushTraces } from './flush.ts';
