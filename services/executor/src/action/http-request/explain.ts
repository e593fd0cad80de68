import type { Failure } from '@karrio/domain';
import { UndecodableBody } from '../../egress/decode.ts';
import { EgressRefused } from '../../egress/egress-refused.ts';
import { ResponseTooLarge } from '../../egress/exchange.ts';
import { type HttpClientOptions, TimedOut, TooManyRedirects } from '../../egress/http-client.ts';
import { BadRedirect } from '../../egress/redirect.ts';
import { networkFailure } from './network-failure.ts';

/** Why there is no answer, as a failure that says what to do next; undefined for a fault of our own. */
export const explain = (error: unknown, url: URL, options: HttpClientOptions): Failure | undefined => {
  if (!(error instanceof Error)) return undefined;
  return refusal(error, options) ?? networkFailure(error, url, options);
};

const refusal = (error: Error, { timeoutMs, responseBytesMax }: HttpClientOptions): Failure | undefined => {
  if (error instanceof EgressRefused) {
    const message =
      `The engine does not call private addresses: ${error.message}. ` +
      `Use a public host, or have the operator add ${error.place} to EGRESS_ALLOW.`;
    return { code: 'egress-refused', message };
  }
  if (error instanceof TimedOut) {
    const message =
      `There was no complete answer within ${timeoutMs} ms. The request may have taken effect; ` +
      'check there, then ask for less at once or have the operator raise HTTP_TIMEOUT_MS.';
    return { code: 'timeout', message };
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
