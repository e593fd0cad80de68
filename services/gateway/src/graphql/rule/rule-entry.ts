import type { RuleDefinition } from '@karrio/domain';
import type { ShippingRuleRow } from '@karrio/read-model';

/** A rule as the rules service has it. */
export type RuleEntry = Readonly<{
  id: string;
  slug: string;
  isActive: boolean;
  createdAt: string;
  definition: RuleDefinition;
}>;

export const rowOfEntry = (
  { id, slug, isActive, createdAt, definition }: RuleEntry,
  updated_at: string,
): ShippingRuleRow => ({
  id,
  org_id: '',
  slug,
  is_active: isActive,
  name: definition.name,
  description: definition.description,
  priority: definition.priority,
  conditions: definition.conditions,
  actions: definition.actions,
  conditions_extensions: definition.conditionsExtensions,
  actions_extensions: definition.actionsExtensions,
  condition: definition.condition,
  further_actions: definition.furtherActions,
  metadata: definition.metadata,
  template_slug: definition.templateSlug,
  created_at: createdAt,
  updated_at,
  deleted_at: null,
  revision: 0,
});
