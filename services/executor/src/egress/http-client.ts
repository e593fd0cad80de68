import type { Dispatcher } from 'undici';
import { decode } from './decode.ts';
import type { EgressRules } from './egress-policy.ts';
import { exchange, type WireRequest, type WireResponse } from './exchange.ts';
import { guardedAgent, type Resolve, systemResolve } from './guarded-agent.ts';
import { redirected } from './redirect.ts';

export type HttpClientOptions = Readonly<{
  connectTimeoutMs: number;
  timeoutMs: number;
  responseBytesMax: number;
  egressAllow: EgressRules;
  /** For tests that decide what a name resolves to. */
  resolve?: Resolve;
}>;

export type HttpClient = AsyncDisposable &
  Readonly<{
    options: HttpClientOptions;
    /**
     * Sends, follows redirects, and gives the unpacked answer.
     * @throws TimedOut, TooManyRedirects, EgressRefused, ResponseTooLarge, UndecodableBody, the signal's reason,
     *   or what undici and the system say
     */
    send: (request: WireRequest, signal: AbortSignal) => Promise<WireResponse>;
  }>;

export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

export class TooManyRedirects extends Error {
  override readonly name = 'TooManyRedirects';
}

const redirectsMax = 5;

export const createHttpClient = (options: HttpClientOptions): HttpClient => {
  const { connectTimeoutMs, timeoutMs, responseBytesMax, egressAllow, resolve = systemResolve } = options;
  const agent = guardedAgent({ rules: egressAllow, connectTimeoutMs, resolve });
  return {
    options,
    send: async (request, signal) => {
      const deadline = new AbortController();
      const timer = setTimeout(
        () => deadline.abort(new TimedOut(`no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      const abandon = () => deadline.abort(signal.reason);
      if (signal.aborted) abandon();
      signal.addEventListener('abort', abandon, { once: true });
      try {
        const response = await follow(agent, request, responseBytesMax, deadline.signal);
        return { ...response, body: await decode(response.headers, response.body, responseBytesMax) };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', abandon);
      }
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
};

const follow = async (agent: Dispatcher, first: WireRequest, bytesMax: number, signal: AbortSignal) => {
  let request = first;
  for (let redirects = 0; ; redirects++) {
    const response = await exchange(agent, request, bytesMax, signal);
    const next = redirected(request, response);
    if (!next) return response;
    if (redirects === redirectsMax) throw new TooManyRedirects(`over ${redirectsMax} redirects`);
    request = next;
  }
};
