import type { WireRequest } from '@karrio/actions';
import type { Failure } from '@karrio/domain';
import { UndecodableBody } from './decode.ts';
import { EgressRefused } from './egress-refused.ts';
import { ResponseTooLarge } from './exchange.ts';
import { type HttpClientOptions, RequestTooLarge, TimedOut, TooManyRedirects } from './http-client.ts';
import { networkFailure } from './network-failure.ts';
import { BadRedirect } from './redirect.ts';

type Operators = Pick<
  HttpClientOptions,
  'connectTimeoutMs' | 'timeoutMs' | 'requestBytesMax' | 'responseBytesMax'
>;
type Own = Pick<WireRequest, 'connectTimeoutMs' | 'timeoutMs'>;

/**
 * Why there is no answer, as a failure that says what to do next; undefined for a fault of our own. `isGone`:
 * the request had begun to leave.
 */
export const explain = (
  error: unknown,
  url: URL,
  operators: Operators,
  own: Own = {},
  isGone = true,
): Failure | undefined => {
  if (!(error instanceof Error)) return undefined;
  const connectTimeoutMs = Math.min(own.connectTimeoutMs ?? Infinity, operators.connectTimeoutMs);
  if (error instanceof TimedOut) return timedOut(operators, own, isGone);
  return refusal(error, operators) ?? networkFailure(error, url, { connectTimeoutMs, isGone });
};

const timedOut = ({ timeoutMs }: Operators, own: Own, isGone: boolean): Failure => {
  const isOwn = typeof own.timeoutMs === 'number' && own.timeoutMs < timeoutMs;
  const bound = isOwn ? "raise the action's timeout" : 'have the operator raise HTTP_TIMEOUT_MS';
  const message = isGone
    ? `There was no complete answer within ${isOwn ? own.timeoutMs : timeoutMs} ms. The request may have ` +
      `taken effect; check there, then ask for less at once or ${bound}.`
    : `There was no connection within ${isOwn ? own.timeoutMs : timeoutMs} ms, so nothing was sent; check host, port and firewall.`;
  return { code: isGone ? 'timeout' : 'connect-timeout', message };
};

const refusal = (error: Error, { requestBytesMax, responseBytesMax }: Operators): Failure | undefined => {
  if (error instanceof EgressRefused) {
    const message =
      `The engine does not call private addresses: ${error.message}. ` +
      `Use a public host, or have the operator add ${error.place} to EGRESS_ALLOW.`;
    return { code: 'egress-refused', message };
  }
  if (error instanceof RequestTooLarge) {
    const message =
      `The body has ${error.message}; send less at once, or have the operator raise ` +
      `REQUEST_BYTES_MAX (${requestBytesMax}).`;
    return { code: 'request-too-large', message };
  }
  if (error instanceof ResponseTooLarge) {
    const message =
      `The answer is ${error.message}; ask for less (a page, a filter), or have the operator raise ` +
      `RESPONSE_BYTES_MAX (${responseBytesMax}).`;
    return { code: 'response-too-large', message };
  }
  if (error instanceof TooManyRedirects || error instanceof BadRedirect) {
    return {
      code: 'bad-redirect',
      message: `The server answered with ${error.message}; set the final address.`,
    };
  }
  if (error instanceof UndecodableBody) {
    return { code: 'invalid-response', message: `The server answered with ${error.message}.` };
  }
  return undefined;
};
