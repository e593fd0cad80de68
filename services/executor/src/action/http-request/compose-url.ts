import type { Failure, Json, PlannedAction } from '@karrio/domain';

export type Composed = { readonly url: URL } | { readonly failed: Failure };

type Target = Pick<PlannedAction, 'host' | 'port' | 'endpoint'>;

/**
 * Host, port, endpoint and query as one address. The host may have a scheme (https where it has none), a port
 * and a path; `port` wins over the host's, `endpoint` comes after its path.
 */
export const composeUrl = (target: Target, query: readonly (readonly [string, string])[]): Composed => {
  const host = target.host?.trim() ?? '';
  if (host === '') return invalid('The action has no host; set it, for example to https://api.example.com.');
  const base = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(host) ? host : `https://${host}`);
  if (!base || base.hostname === '')
    return invalid(`The host ${host} is no host name or URL; check its spelling.`);
  if (base.protocol !== 'https:' && base.protocol !== 'http:') {
    return invalid(`The host ${host} must begin with https:// or http://.`);
  }
  const url = withEndpoint(base, target.endpoint?.trim() ?? '');
  if (!url) return invalid(`The endpoint ${target.endpoint} makes no valid URL with the host ${host}.`);
  if (target.port !== null) url.port = String(target.port);
  for (const [name, value] of query) url.searchParams.append(name, value);
  return { url };
};

const withEndpoint = (base: URL, endpoint: string): URL | null => {
  base.hash = '';
  if (endpoint === '') return base;
  const [path = '', search] = splitOnce(endpoint.replace(/#.*$/, ''), '?');
  // Joined as text: to URL's own rules, an endpoint of `//evil.example` would be another host.
  base.pathname = `${base.pathname.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  if (search !== undefined) base.search = base.search === '' ? search : `${base.search}&${search}`;
  return base;
};

const splitOnce = (text: string, separator: string) => {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

const invalid = (message: string): Composed => ({ failed: { code: 'invalid-request', message } });

/** A list repeats the name, null leaves it out, an object goes as its JSON. */
export const pairsOf = (parameters: Readonly<Record<string, Json>>): readonly (readonly [string, string])[] =>
  Object.entries(parameters).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((element: Json) =>
      element === null
        ? []
        : [[name, typeof element === 'object' ? JSON.stringify(element) : String(element)] as const],
    ),
  );
