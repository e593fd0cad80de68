import type { Failure, Json, PlannedAction } from '@karrio/domain';

export type Composed = { readonly url: URL } | { readonly failed: Failure };

type Target = Pick<PlannedAction, 'host' | 'port' | 'endpoint'>;

/**
 * Host, port, endpoint and query as one address. The host may have a scheme (https where it has none), a port
 * and a path; `port` wins over the host's, `endpoint` comes after its path.
 */
export const composeUrl = (target: Target, query: readonly (readonly [string, string])[]): Composed => {
  const base = baseOf(target.host?.trim() ?? '');
  if ('failed' in base) return base;
  const url = withEndpoint(base.url, target.endpoint?.trim() ?? '');
  if (target.port !== null) url.port = String(target.port);
  for (const [name, value] of query) url.searchParams.append(name, value);
  return { url };
};

const baseOf = (host: string): Composed => {
  if (host === '') return invalid('The action has no host; set it, for example to https://api.example.com.');
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(host);
  const url = URL.parse(hasScheme ? host : `https://${host}`);
  if (!url?.hostname) return invalid(`The host ${host} is no host name or URL; check its spelling.`);
  if (url.protocol === 'https:' || url.protocol === 'http:') return { url };
  return invalid(`The host ${host} must begin with https:// or http://.`);
};

const withEndpoint = (base: URL, endpoint: string): URL => {
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
