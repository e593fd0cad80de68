import { describe, expect, it } from 'vitest';
import { createRefusalTally, type Refused } from './refusal-tally.ts';

const refused = (over: Partial<Refused> = {}): Refused => ({
  suspect: { kind: 'caller', org: 'org_1', actor: 'key_1' },
  action: 'create_api_key',
  code: 'forbidden',
  origin: { ip: '203.0.113.1', requestId: 'req_1' },
  ...over,
});

const tallyAt = (start: number) => {
  let now = start;
  const tally = createRefusalTally(() => now);
  return { ...tally, wait: (ms: number) => void (now += ms) };
};

describe('refusals', () => {
  it('are told at once the first time, and those that follow once a minute, together', () => {
    const { add, take, wait } = tallyAt(0);
    add(refused());
    expect(take()).toMatchObject([{ times: 1, action: 'create_api_key' }]);
    for (let n = 0; n < 5_000; n++) {
      add(refused({ origin: { ip: `203.0.113.${n % 9}`, requestId: `req_${n}` } }));
      wait(10);
    }
    expect(take()).toEqual([]);
    wait(10_000);
    const [told, ...more] = take();
    expect([told?.times, told?.since, told?.until, told?.addresses.length, more]).toEqual([
      5_000,
      0,
      49_990,
      5,
      [],
    ]);
    expect(told?.origin.requestId).toBe('req_4999');
  });

  it('of others, of something else or for another reason are told apart', () => {
    const { add, take } = tallyAt(0);
    add(refused());
    add(refused({ action: 'revoke_api_key' }));
    add(refused({ code: 'rate_limited' }));
    add(refused({ suspect: { kind: 'caller', org: 'org_2', actor: 'key_1' } }));
    add(refused({ suspect: { kind: 'account', userId: 'user_1' } }));
    expect(take().map(({ times }) => times)).toEqual([1, 1, 1, 1, 1]);
  });

  it('of ever other kinds fill nothing: one organisation has a hundred, strangers as many, and the rest together', () => {
    const { add, take, wait } = tallyAt(0);
    for (let n = 0; n < 10_000; n++) {
      add(refused({ action: `field_${n}` }));
      add(refused({ suspect: { kind: 'credential', digest: `${n}` }, code: 'invalid_token' }));
    }
    const told = take();
    expect(told.length).toBeLessThanOrEqual(202);
    expect(told.reduce((sum, { times }) => sum + times, 0)).toBe(20_000);
    expect(told.filter(({ action }) => action === 'several')).toMatchObject([
      { suspect: { kind: 'caller', org: 'org_1', actor: 'several' }, times: 9_900 },
      { suspect: { kind: 'stranger' }, times: 9_900 },
    ]);
    wait(60_000);
    expect(take()).toEqual([]);
    add(refused({ action: 'another' }));
    expect(take()).toMatchObject([{ action: 'another' }]);
  });
});
