import { expect, it } from 'vitest';
import { headersOf } from '../http/problem.ts';
import { countDeliveries } from './rate-limit.ts';

it('who sends more than a trigger takes is told when to send it again', async () => {
  const limit = { deliveries: 2, perMs: 10_000 };
  expect(await countDeliveries(async () => 0)('wtrg_1', limit)).toBeUndefined();
  const refused = await countDeliveries(async () => 5_400)('wtrg_1', limit);
  expect(refused).toMatchObject({ code: 'rate_limited', message: expect.stringContaining('in 6 s') });
  expect(refused && headersOf(refused)).toEqual({ 'retry-after': '6' });
});
