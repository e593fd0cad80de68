import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEgressAllow, permits } from './egress-policy.ts';

const rulesOf = (text: string) => {
  const parsed = parseEgressAllow(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.rules;
};
const nothing = rulesOf('');
const allowed = (text: string, host: string, port: number, address: string) =>
  permits(rulesOf(text), host, port, address);

describe('by default', () => {
  it.each(['93.184.216.34', '8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
    'permits the public address %s',
    (address) => {
      expect(permits(nothing, 'example.com', 443, address)).toBe(true);
    },
  );

  it.each([
    '127.0.0.1',
    '127.8.9.1',
    '0.0.0.0',
    '0.1.2.3',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '169.254.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '64:ff9b::7f00:1',
    '2001::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '::127.0.0.1',
    '::7f00:1',
    '::a00:1',
    '::2',
    '64:ff9b::808:808',
    '64:ff9b:1::a00:1',
    '2002:a00:1::',
    'fec0::1',
    '::ffff:0:127.0.0.1',
    '100::1',
    '2001:20::1',
    '3fff::1',
    '5f00::1',
    '4000::1',
    '192.88.99.1',
    'not-an-address',
    '',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
  ])('refuses %j', (address) => {
    expect(permits(nothing, 'example.com', 80, address)).toBe(false);
  });

  it('refuses every address of the private blocks', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, fc.constantFrom('10', '127', '0', '224', '255'), (a, b, c, first) => {
        expect(permits(nothing, 'h', 80, `${first}.${a}.${b}.${c}`)).toBe(false);
        expect(permits(nothing, 'h', 80, `::ffff:${first}.${a}.${b}.${c}`)).toBe(false);
      }),
    );
  });
});

describe('EGRESS_ALLOW', () => {
  it('opens a host by its name, on every port or on one', () => {
    expect(allowed('localhost', 'LOCALHOST', 80, '127.0.0.1')).toBe(true);
    expect(allowed('localhost', 'localhost', 80, '::1')).toBe(true);
    expect(allowed('shop.internal:9000', 'shop.internal', 9000, '10.0.0.1')).toBe(true);
    expect(allowed('shop.internal:9000', 'shop.internal', 9001, '10.0.0.1')).toBe(false);
    expect(allowed('shop.internal', 'evil.shop.internal', 80, '10.0.0.1')).toBe(false);
  });

  it('opens a name only, not the address that it has', () => {
    expect(allowed('localhost', '127.0.0.1', 80, '127.0.0.1')).toBe(false);
    expect(allowed('localhost', 'rebind.example', 80, '127.0.0.1')).toBe(false);
  });

  it('opens an address or a block, whatever name leads there', () => {
    expect(allowed('127.0.0.1', 'any.example', 80, '127.0.0.1')).toBe(true);
    expect(allowed('127.0.0.1', 'any.example', 80, '::ffff:127.0.0.1')).toBe(true);
    expect(allowed('127.0.0.1', 'any.example', 80, '127.0.0.2')).toBe(false);
    expect(allowed('127.0.0.1:8080', 'any.example', 8080, '127.0.0.1')).toBe(true);
    expect(allowed('127.0.0.1:8080', 'any.example', 80, '127.0.0.1')).toBe(false);
    expect(allowed('10.0.0.0/8', 'any.example', 80, '10.255.0.1')).toBe(true);
    expect(allowed('10.0.0.0/8', 'any.example', 80, '11.0.0.1')).toBe(true);
    expect(allowed('10.0.0.0/8', 'any.example', 80, '192.168.0.1')).toBe(false);
    expect(allowed('::1 fd00::/8', 'any.example', 80, '::1')).toBe(true);
    expect(allowed('::1 fd00::/8', 'any.example', 80, 'fd12::1')).toBe(true);
    expect(allowed('[::1]:80', 'any.example', 80, '::1')).toBe(true);
    expect(allowed('[::1]:80', 'any.example', 81, '::1')).toBe(false);
    expect(allowed('0.0.0.0/0', 'any.example', 80, '::1')).toBe(false);
  });

  it('is separated by commas, spaces and line breaks', () => {
    expect(rulesOf(' localhost,  10.0.0.0/8\n[::1]:80 , a-b.c_d:1 ,').hosts).toEqual(
      new Set(['localhost', 'a-b.c_d:1']),
    );
  });

  it.each([
    'http://localhost',
    '10.0.0.0/33',
    '10.0.0/8',
    '/8',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    'host:0',
    'host:99999',
    'host:http',
    'a:b:c',
    '[localhost]',
    '*.internal',
    'a..b',
    ':80',
    '[::1',
    'user@host',
  ])('with %j is refused, naming the entry', (entry) => {
    expect(parseEgressAllow(`localhost ${entry}`)).toEqual({ problem: expect.stringContaining(entry) });
  });
});
