/** How many requests a host may have at once: those that are named, and all others. */
export type HostLimits = Readonly<{ perHost: number; named: ReadonlyMap<string, number> }>;

/** `api.fedex.com=10 shop.example:8443=2`, or what is wrong with it. */
export const parseHostLimits = (text: string): ReadonlyMap<string, number> | string => {
  const limits = new Map<string, number>();
  for (const part of text.split(/[\s,]+/).filter((word) => word !== '')) {
    const [, host = '', count] = /^([^=]+)=(\d{1,6})$/.exec(part) ?? [];
    const url = URL.parse(`https://${host}`);
    if (!url || url.pathname !== '/' || url.search !== '' || Number(count) < 1) {
      return `"${part}" is not a host and a whole number from 1 on, such as api.example.com=10`;
    }
    limits.set(url.host, Number(count));
  }
  return limits;
};

/** Each port of a host counts for itself; a name without one sets the limit of them all. */
export const limitOf = ({ perHost, named }: HostLimits, host: string): number =>
  named.get(host) ?? named.get(host.replace(/:\d+$/, '')) ?? perHost;
