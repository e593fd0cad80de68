import { describe, expect, it } from 'vitest';
import { findOrders, parseOrders, type Order } from './find-orders.ts';

const orders: readonly Order[] = parseOrders(
  (['open', 'fulfilled', 'open', 'cancelled', 'open'] as const)
    .map((status, n) =>
      JSON.stringify({
        id: n + 1,
        name: `#${n + 1}`,
        status,
        created_at: `2026-11-0${n + 1}T08:00:00Z`,
        note: 'Ö',
      }),
    )
    .join('\n'),
);

const found = (query: string) => {
  const answer = findOrders(orders, new URLSearchParams(query));
  return 'page' in answer ? { ...answer.page, orders: answer.page.orders.map(({ id }) => id) } : answer;
};

describe("the shop's orders", () => {
  it('come newest first, as many as were asked for', () => {
    expect(found('status=open&limit=2')).toEqual({ orders: [5, 3], count: 2, total: 3 });
  });

  it('come in every status unless one is asked for', () => {
    expect(found('')).toEqual({ orders: [5, 4, 3, 2, 1], count: 5, total: 5 });
  });

  it('keep every member, also those the shop does not look at', () => {
    const answer = findOrders(orders, new URLSearchParams('limit=1'));
    expect(answer).toMatchObject({ page: { orders: [{ note: 'Ö' }] } });
  });

  it.each(['limit=0', 'limit=many', 'status=lost'])(
    'are refused for %s, with the name of the parameter',
    (query) => {
      expect(found(query)).toMatchObject({ problem: expect.stringContaining(query.split('=')[0] ?? '') });
    },
  );
});
