import type { FastifyInstance } from 'fastify';

/** Keeps which methods the routes that are added from now on have; gives those of a path. */
export const followRoutes = (server: FastifyInstance): ((path: string) => readonly string[]) => {
  const methodsOf = new Map<string, Readonly<{ matches: RegExp; methods: Set<string> }>>();
  server.addHook('onRoute', ({ method, url }) => {
    const known = methodsOf.get(url) ?? { matches: patternOf(url), methods: new Set() };
    methodsOf.set(url, known);
    for (const each of [method].flat()) known.methods.add(each);
  });
  return (path) =>
    [...methodsOf.values()].flatMap(({ matches, methods }) => (matches.test(path) ? [...methods] : []));
};

/** A route's last slash is one of many ways to write it. `*` is no address of ours. */
const patternOf = (url: string): RegExp =>
  url.includes('*')
    ? /^$/
    : new RegExp(`^${url.replace(/[.+?^$(){}|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`);
