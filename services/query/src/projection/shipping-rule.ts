import type { RuleEvent, RuleDefinition } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { ShippingRuleRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const shippingRuleChange = (
  id: string,
  { type, data, revision, metadata }: Recorded<RuleEvent>,
): RowChange<ShippingRuleRow> => {
  const { at } = data;
  const said = { id, updated_at: at, revision };
  switch (type) {
    case 'RuleCreated':
      return {
        created: {
          ...said,
          org_id: metadata.org,
          slug: data.slug,
          is_active: data.isActive,
          ...columnsOf(data.definition),
          created_at: at,
          deleted_at: null,
        },
      };
    case 'RuleRevised':
      return { changed: { ...said, ...columnsOf(data.definition) } };
    case 'RuleReordered':
      return { changed: { ...said, priority: data.priority } };
    case 'RuleActivated':
      return { changed: { ...said, is_active: true } };
    case 'RuleDeactivated':
      return { changed: { ...said, is_active: false } };
    case 'RuleDeleted':
      return { changed: { ...said, deleted_at: at } };
  }
};

const columnsOf = ({
  conditionsExtensions,
  actionsExtensions,
  furtherActions,
  templateSlug,
  ...definition
}: RuleDefinition) => ({
  ...definition,
  conditions_extensions: conditionsExtensions,
  actions_extensions: actionsExtensions,
  further_actions: furtherActions,
  template_slug: templateSlug,
});
