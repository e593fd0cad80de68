import { describe, expect, it } from 'vitest';
import { createThrottle } from './throttle.ts';

const setUp = () => {
  let now = 0;
  const throttle = createThrottle(() => now);
  return { ...throttle, pass: (ms: number) => (now += ms) };
};
const ada = { account: 'ada', address: '10.0.0.1' };
const minute = 60_000;

describe('guessing passwords', () => {
  it('stops after ten wrong ones from one address, until a quarter of an hour is over', () => {
    const { waitMs, failed, pass } = setUp();
    for (let n = 0; n < 10; n++) {
      expect(waitMs(ada)).toBe(0);
      failed(ada);
    }
    expect(waitMs(ada)).toBe(15 * minute);
    pass(15 * minute);
    expect(waitMs(ada)).toBe(0);
  });

  it('stops on an account that many addresses try, and from an address that tries many accounts', () => {
    const { waitMs, failed } = setUp();
    for (let n = 0; n < 100; n++) failed({ account: 'ada', address: `10.0.1.${n}` });
    expect(waitMs(ada)).toBeGreaterThan(0);
    for (let n = 0; n < 100; n++) failed({ account: `user ${n}`, address: '10.9.9.9' });
    expect(waitMs({ account: 'bob', address: '10.9.9.9' })).toBeGreaterThan(0);
    expect(waitMs({ account: 'bob', address: '10.0.0.2' })).toBe(0);
  });

  it('does not count against who then knows it', () => {
    const { waitMs, failed, succeeded } = setUp();
    for (let n = 0; n < 9; n++) failed(ada);
    succeeded(ada);
    for (let n = 0; n < 9; n++) failed(ada);
    expect(waitMs(ada)).toBe(0);
  });
});
