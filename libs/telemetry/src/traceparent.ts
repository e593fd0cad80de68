import { context, propagation } from '@opentelemetry/api';

/** The active span as a W3C `traceparent`; undefined outside a span and when tracing is off. */
export const currentTraceparent = (): string | undefined => {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
};

/** Runs `fn` as a continuation of the trace that `traceparent` names; a malformed one is as good as none. */
export const withTraceparent = <T>(traceparent: string | undefined, fn: () => T): T =>
  traceparent === undefined ? fn() : context.with(propagation.extract(context.active(), { traceparent }), fn);
