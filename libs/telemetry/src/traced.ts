import { SpanStatusCode, context, trace, type Attributes, type Span as ApiSpan } from '@opentelemetry/api';
import { attribute } from './attribute.ts';

export type Span = ApiSpan;

const tracer = trace.getTracer('karrio');

/**
 * Runs `fn` in a span that is the parent of every span begun inside it, also across `await`. A failure is
 * marked on the span and thrown on.
 */
export const traced = async <T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => Promise<T>,
): Promise<T> => {
  const span = tracer.startSpan(name, { attributes });
  try {
    return await context.with(trace.setSpan(context.active(), span), fn, undefined, span);
  } catch (error) {
    // Only the kind of error: a message or a stack may quote a URL or a header that holds a secret.
    span.setAttribute(attribute.errorType, error instanceof Error ? error.name : 'unknown');
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
};
