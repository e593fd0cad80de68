import ipaddr from 'ipaddr.js';

/** What an operator has opened beyond the public internet. */
export type EgressRules = Readonly<{
  /** Host names in lower case, with a port or without. */
  hosts: ReadonlySet<string>;
  blocks: readonly Readonly<{ block: Block; port: number | undefined }>[];
}>;

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = [Address, number];

export type ParsedRules = { readonly rules: EgressRules } | { readonly problem: string };

/** Reads `localhost, 10.0.0.0/8 [::1]:8080 shop.internal:9000`; a bad entry is named. */
export const parseEgressAllow = (text: string): ParsedRules => {
  const hosts = new Set<string>();
  const blocks: { block: Block; port: number | undefined }[] = [];
  for (const entry of text.split(/[\s,]+/).filter(Boolean)) {
    const parsed = parseEntry(entry);
    if (parsed === undefined) {
      const problem = `EGRESS_ALLOW holds ${entry}, which is no host, host:port, address or CIDR block.`;
      return { problem };
    }
    if ('host' in parsed) hosts.add(parsed.host);
    else blocks.push(parsed);
  }
  return { rules: { hosts, blocks } };
};

type Entry = Readonly<{ host: string }> | Readonly<{ block: Block; port: number | undefined }>;

const parseEntry = (entry: string): Entry | undefined => {
  if (entry.includes('/')) return parseBlock(entry);
  const { name, port, isBracketed } = splitPort(entry);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const address = addressOf(name);
  if (address) return { block: wholeAddress(address), port };
  return !isBracketed && hostName.test(name) ? { host: entry.toLowerCase() } : undefined;
};

const parseBlock = (entry: string): Entry | undefined => {
  const isStrict = addressOf(entry.slice(0, entry.indexOf('/'))) !== undefined;
  return isStrict && ipaddr.isValidCIDR(entry)
    ? { block: ipaddr.parseCIDR(entry), port: undefined }
    : undefined;
};

/** `host:80` and `[::1]:80`; a bare IPv6 address has no port. */
const splitPort = (entry: string) => {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  return { name: bracketed ?? plain ?? entry, port, isBracketed: bracketed !== undefined };
};

/** The last label has a letter: `10.0.0` and `1.2.3.4.5` are slips, not names. */
const hostName = /^(?:[\w-]+\.)*(?=[\w-]*[a-z])[\w-]+$/i;

const wholeAddress = (address: Address): Block => [address, address.kind() === 'ipv4' ? 32 : 128];

/** Strict: `127.1` is no address here, as it is none in a URL once that is parsed. */
const addressOf = (text: string): Address | undefined =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(':') && ipaddr.isValid(text))
    ? ipaddr.process(text)
    : undefined;

/** Public addresses that are a cloud's own: Azure answers its metadata and agents there. */
const internalThoughPublic: ReadonlySet<string> = new Set(['168.63.129.16']);

/** Whether a connection to `address`, which `host` resolved to, may be made. Addresses that are none may not. */
export const permits = (rules: EgressRules, host: string, port: number, address: string): boolean => {
  const name = host.toLowerCase();
  if (rules.hosts.has(name) || rules.hosts.has(`${name}:${port}`)) return true;
  // IPv4 in IPv6 clothes (::ffff:127.0.0.1) is judged as the IPv4 address that it reaches.
  const found = addressOf(address.replace(/%.*$/, ''));
  if (!found) return false;
  if (rules.blocks.some((rule) => (rule.port ?? port) === port && isWithin(found, rule.block))) return true;
  return isGlobal(found) && found.range() === 'unicast' && !internalThoughPublic.has(found.toString());
};

/** What has been given out of IPv6. Beyond it `::7f00:1` is 127.0.0.1 to some, and counts as unicast to ipaddr.js. */
const globalV6: Block = ipaddr.parseCIDR('2000::/3');

const isGlobal = (address: Address) => address.kind() === 'ipv4' || isWithin(address, globalV6);

const isWithin = (address: Address, [network, bits]: Block) =>
  address.kind() === network.kind() && address.match(network, bits);
