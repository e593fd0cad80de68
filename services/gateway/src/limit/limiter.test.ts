import { BusUnavailable, type Shared } from '@karrio/messaging';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimiter } from './limiter.ts';
import type { Window } from './share.ts';

/** What NATS keeps, without NATS; `asked` counts the changes. */
const memory = () => {
  const windows = new Map<string, Window>();
  let asked = 0;
  const change: Shared<Window>['change'] = async (key, decide) => {
    asked++;
    const { next, result } = decide(windows.get(key));
    if (next) windows.set(key, next);
    return result;
  };
  return { change, asked: () => asked };
};

const gateways = (count: number, shared: Pick<Shared<Window>, 'change'> = memory()) => {
  let nowMs = 0;
  const limiters = Array.from({ length: count }, () => createLimiter(shared, () => nowMs));
  return {
    ask: (at: number, max: number, perMs = 1_000) => limiters[at]?.('key_1', { max, perMs }) ?? fail(),
    pass: (ms: number) => (nowMs += ms),
  };
};
const fail = (): never => expect.fail('no such gateway');

/** How many of so many requests at once were let in. */
const letIn = async (requests: number, ask: () => Promise<number>): Promise<number> =>
  (await Promise.all(Array.from({ length: requests }, ask))).filter((waitMs) => waitMs === 0).length;

describe('a limit', () => {
  it('lets in as many as it says in each window, and says when the next one begins', async () => {
    const { ask, pass } = gateways(1);
    expect(await ask(0, 2)).toBe(0);
    pass(400);
    expect([await ask(0, 2), await ask(0, 2)]).toEqual([0, 600]);
    pass(600);
    expect(await ask(0, 2)).toBe(0);
  });

  it('is one for all gateways: never more are let in, however the requests are spread', async () => {
    const step = fc.record({ gateway: fc.nat(2), requests: fc.integer({ min: 1, max: 40 }), ms: fc.nat(30) });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.array(step, { maxLength: 30 }),
        async (max, steps) => {
          const { ask, pass } = gateways(3);
          let letInAll = 0;
          let passedMs = 0;
          for (const { gateway, requests, ms } of steps) {
            if (passedMs + ms >= 1_000) break;
            letInAll += await letIn(requests, () => ask(gateway, max));
            pass(ms);
            passedMs += ms;
          }
          expect(letInAll).toBeLessThanOrEqual(max);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is used up to the last, by whoever has the requests', async () => {
    for (const max of [1, 2, 7, 100, 1_000]) {
      const { ask } = gateways(2);
      expect(await letIn(max + 50, () => ask(0, max))).toBe(max);
      expect(await ask(1, max)).toBeGreaterThan(0);
    }
  });

  it('leaves unused little of what an idle gateway took', async () => {
    const { ask } = gateways(2);
    await ask(0, 1_000);
    expect(await letIn(2_000, () => ask(1, 1_000))).toBeGreaterThan(980);
  });

  it('costs a busy gateway few questions', async () => {
    const shared = memory();
    const { ask } = gateways(1, shared);
    expect(await letIn(1_001, () => ask(0, 1_000))).toBe(1_000);
    const first = shared.asked();
    expect(first).toBeLessThan(35);
    // That all is taken is known from then on.
    expect(await letIn(1_000, () => ask(0, 1_000))).toBe(0);
    expect(shared.asked()).toBe(first);
  });

  it('is counted by each gateway for itself while NATS is away', async () => {
    const change = () => Promise.reject(new BusUnavailable('away'));
    const { ask } = gateways(2, { change });
    expect(await letIn(5, () => ask(0, 3))).toBe(3);
    expect(await letIn(5, () => ask(1, 3))).toBe(3);
  });

  it('that was changed begins anew', async () => {
    const { ask } = gateways(1);
    expect([await ask(0, 1), (await ask(0, 1)) > 0, await ask(0, 2)]).toEqual([0, true, 0]);
  });
});
