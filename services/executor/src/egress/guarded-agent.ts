import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, Pool } from 'undici';
import { permits, type EgressRules } from './egress-policy.ts';
import { EgressRefused } from './egress-refused.ts';

export type ResolvedAddress = Readonly<{ address: string; family: number }>;
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/** As the machine resolves names: files, then DNS. */
export const systemResolve: Resolve = (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

export type GuardedAgentOptions = Readonly<{
  rules: EgressRules;
  connectTimeoutMs: number;
  resolve: Resolve;
}>;

/**
 * Keep-alive connections that lead only to where the rules permit. The name is resolved once for a connection
 * and the connection is made to the very address that was judged, so an answer that changes later changes nothing.
 */
export const guardedAgent = (options: GuardedAgentOptions): Agent =>
  new Agent({
    factory: (origin) =>
      new Pool(origin, { allowH2: false, connect: guardedConnector(new URL(origin), options) }),
  });

const guardedConnector = (origin: URL, { rules, connectTimeoutMs, resolve }: GuardedAgentOptions) => {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const port = Number(origin.port) || (origin.protocol === 'https:' ? 443 : 80);
  const connect = buildConnector({
    allowH2: false,
    timeout: connectTimeoutMs,
    lookup: guardedLookup(rules, port, resolve),
  });
  const connector: buildConnector.connector = (target, callback) => {
    // Node resolves nothing, and so asks no lookup, where the host is an address.
    if (isIP(host) !== 0 && !permits(rules, host, port, host)) {
      callback(new EgressRefused(host, port, host), null);
      return;
    }
    connect(target, callback);
  };
  return connector;
};

const guardedLookup =
  (rules: EgressRules, port: number, resolve: Resolve): LookupFunction =>
  (host, { all }, callback) => {
    resolve(host)
      .then((addresses) => {
        const permitted = addresses.filter(({ address }) => permits(rules, host, port, address));
        const [first] = permitted;
        if (!first) throw refusal(host, port, addresses);
        return { permitted, first };
      })
      .then(
        ({ permitted, first }) =>
          all ? callback(null, [...permitted]) : callback(null, first.address, first.family),
        (error: Error) => callback(error, '', 0),
      );
  };

const refusal = (host: string, port: number, [first]: readonly ResolvedAddress[]): Error =>
  first
    ? new EgressRefused(host, port, first.address)
    : Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
