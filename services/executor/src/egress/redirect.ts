import type { WireRequest, WireResponse } from './exchange.ts';
import { isSecretName } from './mask.ts';

/** A redirect to somewhere that is not HTTP, or to no address at all. */
export class BadRedirect extends Error {
  override readonly name = 'BadRedirect';
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The request that a redirect asks for; undefined where the answer is none. @throws BadRedirect */
export const redirected = (
  request: WireRequest,
  { status, headers }: WireResponse,
): WireRequest | undefined => {
  const { location } = headers;
  if (!redirectStatuses.has(status) || typeof location !== 'string') return undefined;
  const url = targetOf(location, request.url);
  const isElsewhere = url.origin !== request.url.origin;
  const isGet = becomesGet(status, request.method);
  const kept = Object.entries(request.headers).filter(
    ([name]) => !(isElsewhere && isSecretName(name)) && !(isGet && name === 'content-type'),
  );
  return {
    url,
    method: isGet ? 'GET' : request.method,
    headers: Object.fromEntries(kept),
    body: isGet ? null : request.body,
  };
};

const targetOf = (location: string, from: URL): URL => {
  const url = URL.parse(location, from.href);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new BadRedirect(`a redirect to ${location}`);
  url.username = '';
  url.password = '';
  return url;
};

/** As browsers and RFC 9110 have it: after a 303 always, after a 301 or 302 from POST. */
const becomesGet = (status: number, method: string) => status === 303 || (status < 303 && method === 'POST');
