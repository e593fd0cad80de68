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
  const url = URL.parse(location, request.url.href);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new BadRedirect(`a redirect to ${location}`);
  url.hash = '';
  url.username = '';
  url.password = '';
  // As browsers and RFC 9110 have it: 303 always, 301 and 302 for POST, turn into a GET without a body.
  const becomesGet =
    (status === 303 && request.method !== 'HEAD') || (status < 303 && request.method === 'POST');
  const isElsewhere = url.origin !== request.url.origin;
  const kept = Object.entries(request.headers).filter(
    ([name]) =>
      !(isElsewhere && isSecretName(name)) && !(becomesGet && name.toLowerCase() === 'content-type'),
  );
  return {
    url,
    method: becomesGet ? 'GET' : request.method,
    headers: Object.fromEntries(kept),
    body: becomesGet ? null : request.body,
  };
};
