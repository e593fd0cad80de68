import type { Shared } from '@karrio/messaging';
import { describe, expect, it } from 'vitest';
import { createThrottle, type Count } from './throttle.ts';

/** Two gateways, and what NATS keeps for them, without NATS. */
const setUp = () => {
  let now = 0;
  const counts = new Map<string, Count>();
  const change: Shared<Count>['change'] = async (key, decide) => {
    const { next, result } = decide(counts.get(key));
    if (next) counts.set(key, next);
    return result;
  };
  const [one, other] = [createThrottle({ change }, () => now), createThrottle({ change }, () => now)];
  return { ...one, other, pass: (ms: number) => (now += ms) };
};
const ada = { account: 'ada', address: '10.0.0.1' };
const minute = 60_000;

describe('guessing passwords', () => {
  it('stops after ten wrong ones from one address, at whichever gateways, until a quarter of an hour is over', async () => {
    const { begin, other, pass } = setUp();
    for (let n = 0; n < 5; n++) expect([await begin(ada), await other.begin(ada)]).toEqual([0, 0]);
    expect([await begin(ada), await other.begin(ada)]).toEqual([15 * minute, 15 * minute]);
    pass(15 * minute);
    expect(await begin(ada)).toBe(0);
  });

  it('gains nothing by trying many at once', async () => {
    const { begin } = setUp();
    const waits = await Promise.all(Array.from({ length: 50 }, () => begin(ada)));
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(10);
  });

  it('stops on an account that many addresses try, and from an address that tries many accounts', async () => {
    const { begin } = setUp();
    for (let n = 0; n < 100; n++) await begin({ account: 'ada', address: `10.0.1.${n}` });
    expect(await begin(ada)).toBeGreaterThan(0);
    for (let n = 0; n < 100; n++) await begin({ account: `user ${n}`, address: '10.9.9.9' });
    expect(await begin({ account: 'bob', address: '10.9.9.9' })).toBeGreaterThan(0);
    expect(await begin({ account: 'bob', address: '10.0.0.2' })).toBe(0);
  });

  it('does not count against who then knows it, and right ones and those that were not tried count nowhere', async () => {
    const { begin, succeeded, takenBack } = setUp();
    for (let n = 0; n < 200; n++) {
      expect(await begin(ada)).toBe(0);
      await takenBack(ada);
    }
    for (let n = 0; n < 10; n++) await begin(ada);
    await succeeded(ada);
    for (let n = 0; n < 10; n++) expect(await begin(ada)).toBe(0);
    for (let n = 0; n < 200; n++) {
      const eve = { account: 'eve', address: '10.0.0.3' };
      expect(await begin(eve)).toBe(0);
      await succeeded(eve);
    }
  });
});
