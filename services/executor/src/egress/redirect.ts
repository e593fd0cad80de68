import type { WireRequest } from '@karrio/actions';
import { isSecretName } from '@karrio/domain';
import type { Exchanged } from './exchange.ts';

/** A redirect to somewhere that is not HTTP, to no address at all, or with a secret to somebody else. */
export class BadRedirect extends Error {
  override readonly name = 'BadRedirect';
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The request that a redirect asks for; undefined where the answer is none. @throws BadRedirect */
export const redirected = (
  request: WireRequest,
  { status, headers }: Pick<Exchanged, 'status' | 'headers'>,
): WireRequest | undefined => {
  const { location } = headers;
  if (!redirectStatuses.has(status) || typeof location !== 'string') return undefined;
  const url = targetOf(location, request.url);
  const isElsewhere = url.origin !== request.url.origin;
  const isGet = becomesGet(status, request.method);
  const { confidential } = request;
  if (isElsewhere && !isGet && confidential?.body) {
    throw new BadRedirect(`a redirect to ${url.host}, which is not to have the secrets of the body`);
  }
  const isKept = (name: string) =>
    !(isElsewhere && (isSecretName(name) || confidential?.headers.includes(name)));
  const kept = Object.entries(request.headers).filter(
    ([name]) => isKept(name) && !(isGet && name === 'content-type'),
  );
  return {
    ...request,
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
