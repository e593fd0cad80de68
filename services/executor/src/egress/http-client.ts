import type { WireRequest, WireResponse } from '@karrio/actions';
import type { Dispatcher } from 'undici';
import { decode } from './decode.ts';
import type { EgressRules } from './egress-policy.ts';
import { exchange, type Limits } from './exchange.ts';
import { guardedAgent, type Resolve, systemResolve } from './guarded-agent.ts';
import { redirected } from './redirect.ts';

export type HttpClientOptions = Readonly<{
  connectTimeoutMs: number;
  timeoutMs: number;
  requestBytesMax: number;
  responseBytesMax: number;
  egressAllow: EgressRules;
  /** For tests that decide what a name resolves to. */
  resolve?: Resolve;
}>;

export type HttpClient = AsyncDisposable &
  Readonly<{
    options: HttpClientOptions;
    /**
     * Sends, follows redirects, and gives the unpacked answer. `onDeparture` is called when the request begins
     * to leave: until then nothing has reached anybody.
     * @throws TimedOut, NotConnected, TooManyRedirects, EgressRefused, RequestTooLarge, ResponseTooLarge,
     *   UndecodableBody, the signal's reason, or what undici and the system say
     */
    send: (request: WireRequest, signal: AbortSignal, onDeparture?: () => void) => Promise<WireResponse>;
  }>;

export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

export class TooManyRedirects extends Error {
  override readonly name = 'TooManyRedirects';
}

/** The body that is to leave is over the limit. */
export class RequestTooLarge extends Error {
  override readonly name = 'RequestTooLarge';
}

const redirectsMax = 5;

export const createHttpClient = (options: HttpClientOptions): HttpClient => {
  const { connectTimeoutMs, responseBytesMax: bytesMax, egressAllow, resolve = systemResolve } = options;
  const agent = guardedAgent({ rules: egressAllow, connectTimeoutMs, resolve });
  return {
    options,
    send: async (request, signal, onDeparture = () => undefined) => {
      const size = request.body === null ? 0 : Buffer.byteLength(request.body);
      if (size > options.requestBytesMax) throw new RequestTooLarge(`${size} bytes`);
      const timeoutMs = Math.min(request.timeoutMs ?? Infinity, options.timeoutMs);
      const deadline = new AbortController();
      const timer = setTimeout(
        () => deadline.abort(new TimedOut(`no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      const abandon = () => deadline.abort(signal.reason);
      if (signal.aborted) abandon();
      signal.addEventListener('abort', abandon, { once: true });
      try {
        const limits = { bytesMax, signal: deadline.signal, onDeparture };
        const { status, headers, body } = await follow(agent, request, limits);
        return { status, headers, body: await decode(headers, body, bytesMax), receivedAtMs: Date.now() };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', abandon);
      }
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
};

const follow = async (agent: Dispatcher, first: WireRequest, limits: Limits) => {
  let request = first;
  for (let redirects = 0; ; redirects++) {
    const response = await exchange(agent, request, limits);
    const next = redirected(request, response);
    if (!next) return response;
    if (redirects === redirectsMax) throw new TooManyRedirects(`over ${redirectsMax} redirects`);
    request = next;
  }
};
