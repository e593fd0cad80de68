import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { headersOf } from '../http/problem.ts';
import { countDeliveries } from './rate-limit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const limit = { deliveries: 2, perMs: 10_000 };

it('a trigger takes as many deliveries as its limit in each window, and says when the next one begins', async () => {
  const count = countDeliveries();
  expect(await count('wtrg_1', limit)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(await count('wtrg_1', limit)).toBeUndefined();
  const refused = await count('wtrg_1', limit);
  expect(refused).toMatchObject({ code: 'rate_limited', message: expect.stringContaining('in 6 s') });
  expect(refused && headersOf(refused)).toEqual({ 'retry-after': '6' });
  await vi.advanceTimersByTimeAsync(6_000);
  expect(await count('wtrg_1', limit)).toBeUndefined();
});

it('a trigger’s count is its own', async () => {
  const count = countDeliveries();
  for (let delivery = 0; delivery < 3; delivery++) await count('wtrg_1', limit);
  expect(await count('wtrg_2', limit)).toBeUndefined();
});
