import { describe, expect, it } from 'vitest';
import { nextRestart } from './restart-policy.ts';

const policy = { firstDelayMs: 100, delayMsMax: 1_000, steadyMs: 10_000 };

describe('restarting a part', () => {
  it('doubles the delay with each failure in a row, up to the limit', () => {
    const delays: number[] = [];
    let failures = 0;
    for (let end = 0; end < 6; end++) {
      const restart = nextRestart(policy, failures, 0);
      failures = restart.failures;
      delays.push(restart.delayMs);
    }

    expect(delays).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('begins anew once the part has run well for a while', () => {
    expect(nextRestart(policy, 5, policy.steadyMs)).toEqual({ failures: 1, delayMs: 100 });
    expect(nextRestart(policy, 1, policy.steadyMs - 1)).toEqual({ failures: 2, delayMs: 200 });
  });

  it('stays within the limit after thousands of failures', () => {
    expect(nextRestart(policy, 5_000, 0).delayMs).toBe(policy.delayMsMax);
  });
});
