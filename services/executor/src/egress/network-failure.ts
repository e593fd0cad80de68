import type { Failure } from '@karrio/domain';
import { NotConnected } from './exchange.ts';

type Facts = Readonly<{
  hostname: string;
  host: string;
  connectTimeoutMs: number;
  /** The request had begun to leave. */
  isGone: boolean;
  error: Error;
}>;
type Explanation = Readonly<{ code: string; message: (facts: Facts) => string }>;

const notFound: Explanation = {
  code: 'host-not-found',
  message: ({ hostname }) => `There is no address for ${hostname}; check the host's spelling.`,
};
const refused: Explanation = {
  code: 'connection-refused',
  message: ({ host }) => `Nothing answers at ${host}; check host and port, and that the server runs.`,
};
const connectTimeout: Explanation = {
  code: 'connect-timeout',
  message: ({ host, connectTimeoutMs }) =>
    `${host} took no connection within ${connectTimeoutMs} ms; check host, port and firewall.`,
};
const unreachable: Explanation = {
  code: 'host-unreachable',
  message: ({ host }) => `There is no way to ${host} from here; check the network.`,
};
const lost: Explanation = {
  code: 'connection-lost',
  message: ({ host, isGone }) =>
    isGone
      ? `${host} closed the connection before its answer was complete. The request may have taken effect; check there.`
      : `${host} closed the connection before anything was sent; check host and port, and that the server is well.`,
};
const unsendable: Explanation = {
  code: 'invalid-request',
  message: ({ error }) => `The request cannot be sent: ${error.message}.`,
};
const notHttp: Explanation = {
  code: 'invalid-response',
  message: ({ host, error }) => `${host} does not answer in HTTP (${error.message}); check scheme and port.`,
};
const noTls: Explanation = {
  code: 'tls-failed',
  message: ({ host, error }) =>
    `The TLS connection to ${host} failed: ${error.message}. Check its certificate, and the scheme and port.`,
};

/** By the error's code, or the beginning of it. */
const explanations: readonly (readonly [RegExp, Explanation])[] = [
  [/^(?:ENOTFOUND|EAI_)/, notFound],
  [/^ECONNREFUSED$/, refused],
  [/^(?:UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, connectTimeout],
  [/^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, unreachable],
  [/^(?:UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|ECONNRESET|EPIPE)$/, lost],
  [/^UND_ERR_INVALID_ARG$/, unsendable],
  [/^(?:HPE_|UND_ERR_HEADERS_OVERFLOW)/, notHttp],
  [
    /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERROR_IN_CERT|HOSTNAME_MISMATCH|INVALID_CA|CRL_|EPROTO)/,
    noTls,
  ],
];

/** Undefined for an error that has no code: that is a fault of our own. */
export const networkFailure = (
  error: Error,
  { hostname, host }: URL,
  { connectTimeoutMs, isGone }: Pick<Facts, 'connectTimeoutMs' | 'isGone'>,
): Failure | undefined => {
  const found = error instanceof NotConnected ? 'ETIMEDOUT' : codeOf(error);
  if (found === undefined) return undefined;
  const explanation = explanations.find(([pattern]) => pattern.test(found))?.[1];
  if (!explanation)
    return { code: 'request-failed', message: `The request to ${host} failed with ${found}.` };
  return {
    code: explanation.code,
    message: explanation.message({ hostname, host, connectTimeoutMs, isGone, error }),
  };
};

/** The code of the error or of the first cause that has one. */
const codeOf = (error: Error): string | undefined => {
  let cause: unknown = error;
  while (cause instanceof Error) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    // Undici's parser gives a code to most of its errors only.
    if (cause.name === 'HTTPParserError') return 'HPE_';
    cause = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  }
  return undefined;
};
