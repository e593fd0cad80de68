import { expect, it } from 'vitest';
import { slugOf } from './slug.ts';

it.each([
  ['Shopify orders', 'shopify_orders'],
  ['  Get  Orders (v2)! ', 'get_orders_v2'],
  ['Éxpédition à Zürich', 'expedition_a_zurich'],
  ['注文', ''],
])('turns %j into %j, which a template can say', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});
