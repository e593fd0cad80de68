import type { Kysely } from 'kysely';
import { findDefinition, isNamed } from './definition.ts';
import { ruleOrder } from './order.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { ShippingRuleRow } from './rule-rows.ts';
import type { Database } from './schema.ts';

export type ShippingRuleFilter = Readonly<{
  /** Part of the name, the slug or the description, or the id. */
  keyword?: string | null | undefined;
  is_active?: boolean | null | undefined;
  priority?: number | null | undefined;
}>;

export const findShippingRule = (
  db: Kysely<Database>,
  org: string,
  id: string,
): Promise<ShippingRuleRow | undefined> => findDefinition(db, 'shipping_rule', org, id);

/** In the order in which rules are asked. */
export const listShippingRules = (
  db: Kysely<Database>,
  org: string,
  filter: ShippingRuleFilter,
  page: PageRequest,
): Promise<Page<ShippingRuleRow>> =>
  pageOf(db, rulesMatching(db, org, filter).selectAll(), { list: 'shipping_rules', order: ruleOrder }, page);

const rulesMatching = (
  db: Kysely<Database>,
  org: string,
  { keyword, is_active, priority }: ShippingRuleFilter,
) => {
  let query = db.selectFrom('shipping_rule').where('org_id', '=', org).where('deleted_at', 'is', null);
  if (keyword) query = query.where(isNamed(keyword));
  if (is_active !== null && is_active !== undefined) query = query.where('is_active', '=', is_active);
  if (priority !== null && priority !== undefined) query = query.where('priority', '=', priority);
  return query;
};
