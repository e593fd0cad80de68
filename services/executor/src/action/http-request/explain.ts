import type { Failure } from '@karrio/domain';
import { UndecodableBody } from '../../egress/decode.ts';
import { EgressRefused } from '../../egress/egress-refused.ts';
import { ResponseTooLarge } from '../../egress/exchange.ts';
import { type HttpClientOptions, TimedOut, TooManyRedirects } from '../../egress/http-client.ts';
import { BadRedirect } from '../../egress/redirect.ts';

/** Why there is no answer, as a failure that says what to do next; undefined for a fault of our own. */
export const explain = (error: unknown, url: URL, options: HttpClientOptions): Failure | undefined => {
  if (!(error instanceof Error)) return undefined;
  return ownFailure(error, options) ?? networkFailure(codeOf(error), error, url, options);
};

const ownFailure = (
  error: Error,
  { timeoutMs, responseBytesMax }: HttpClientOptions,
): Failure | undefined => {
  if (error instanceof EgressRefused) {
    const { host, port } = error;
    const message =
      `The engine does not call private addresses: ${error.message}. ` +
      `Use a public host, or have the operator add ${host}:${port} to EGRESS_ALLOW.`;
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

/** The code of the error or of the first cause that has one. */
const codeOf = (error: Error): string => {
  let cause: unknown = error;
  while (cause instanceof Error) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    cause = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  }
  return '';
};

const networkFailure = (
  code: string,
  error: Error,
  { hostname, host }: URL,
  { connectTimeoutMs }: HttpClientOptions,
): Failure | undefined => {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
      return {
        code: 'host-not-found',
        message: `There is no address for ${hostname}; check the host's spelling.`,
      };
    case 'ECONNREFUSED':
      return {
        code: 'connection-refused',
        message: `Nothing answers at ${host}; check host and port, and that the server runs.`,
      };
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return {
        code: 'connect-timeout',
        message: `${host} took no connection within ${connectTimeoutMs} ms; check host, port and firewall.`,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return {
        code: 'host-unreachable',
        message: `There is no way to ${host} from here; check the network.`,
      };
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
    case 'ECONNRESET':
    case 'EPIPE':
      return {
        code: 'connection-lost',
        message: `${host} closed the connection before its answer was complete. The request may have taken effect; check there.`,
      };
    case 'UND_ERR_INVALID_ARG':
      return { code: 'invalid-request', message: `The request cannot be sent: ${error.message}.` };
    case 'UND_ERR_HEADERS_OVERFLOW':
      return { code: 'invalid-response', message: `The headers of the answer of ${host} are over 16 KiB.` };
    default:
      if (code.startsWith('HPE_')) {
        return {
          code: 'invalid-response',
          message: `${host} does not answer in HTTP (${error.message}); check scheme and port.`,
        };
      }
      if (isTlsCode(code)) {
        return {
          code: 'tls-failed',
          message: `The TLS connection to ${host} failed: ${error.message}. Check its certificate, and the scheme and port.`,
        };
      }
      return code === ''
        ? undefined
        : { code: 'request-failed', message: `The request to ${host} failed: ${code}.` };
  }
};

const isTlsCode = (code: string) =>
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERROR_IN_CERT|HOSTNAME_MISMATCH|EPROTO$|INVALID_CA|CRL_)/.test(
    code,
  );
