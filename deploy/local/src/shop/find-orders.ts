import { z } from 'zod';

const Order = z.looseObject({
  id: z.number().int(),
  name: z.string(),
  status: z.enum(['open', 'fulfilled', 'cancelled']),
  created_at: z.iso.datetime(),
});
export type Order = z.infer<typeof Order>;

/** One order a line, oldest first. */
export const parseOrders = (text: string): readonly Order[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Order.parse(JSON.parse(line)));

const Query = z.object({
  status: z.enum(['open', 'fulfilled', 'cancelled', 'any']).default('any'),
  limit: z.coerce.number().int().min(1).max(250).default(50),
});

export type OrderPage = Readonly<{ orders: readonly Order[]; count: number; total: number }>;
export type Answer = Readonly<{ page: OrderPage }> | Readonly<{ problem: string }>;

/** Newest first, as `GET /orders.json?status=open&limit=10` asks. */
export const findOrders = (orders: readonly Order[], parameters: URLSearchParams): Answer => {
  const query = Query.safeParse(Object.fromEntries(parameters));
  if (!query.success) return { problem: z.prettifyError(query.error) };
  const { status, limit } = query.data;
  const matching = orders.filter((order) => status === 'any' || order.status === status);
  const newest = matching.toReversed().slice(0, limit);
  return { page: { orders: newest, count: newest.length, total: matching.length } };
};
