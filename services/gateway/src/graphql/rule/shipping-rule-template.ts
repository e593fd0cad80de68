import { shippingRuleTemplates } from '../../catalogue/shipping-rule-templates.ts';
import type { ShippingRuleTemplate } from '../../catalogue/template.ts';
import { builder } from '../builder.ts';
import { connectionType } from '../connection/connection.ts';
import { connectionOf, pageOf } from '../page.ts';
import { ShippingRuleFilter } from './shipping-rule-input.ts';
import { pageOfTemplates } from '../workflow/template-type.ts';

const ShippingRuleTemplateType = builder.objectRef<ShippingRuleTemplate>('ShippingRuleTemplateType');
ShippingRuleTemplateType.implement({
  description: 'A shipping rule to start from.',
  fields: (t) => ({
    object_type: t.string({ description: 'Always shipping_rule.', resolve: () => 'shipping_rule' }),
    slug: t.exposeString('slug', { description: 'What template_slug says to start from it.' }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    description: t.exposeString('description', { description: 'What it is for.' }),
    priority: t.exposeInt('priority', { description: 'Its place among the rules.' }),
    conditions: t.field({
      type: 'JSON',
      nullable: true,
      description: 'When it applies.',
      resolve: ({ conditions }) => conditions ?? null,
    }),
    condition: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What has to hold as well.',
      resolve: ({ condition }) => condition ?? null,
    }),
    actions: t.expose('actions', { type: 'JSON', description: 'What it does.' }),
  }),
});

const ShippingRuleTemplateTypeConnection = connectionType(
  'ShippingRuleTemplateType',
  ShippingRuleTemplateType,
);

const templates = shippingRuleTemplates.map((template) => ({ ...template, id: template.slug }));

export const addShippingRuleTemplates = (): void => {
  builder.queryFields((t) => ({
    shipping_rule_templates: t.field({
      permission: 'definitions:read',
      type: ShippingRuleTemplateTypeConnection,
      description:
        'Shipping rules to start from: create_shipping_rule with template_slug fills in what it leaves out.',
      args: { filter: t.arg({ type: ShippingRuleFilter, description: 'Which, and which page of them.' }) },
      resolve: (_, { filter }) => {
        const { keyword, priority } = filter ?? {};
        const isWanted = (template: ShippingRuleTemplate) =>
          typeof priority !== 'number' || template.priority === priority;
        return connectionOf(
          pageOfTemplates('shipping_rule_templates', templates, keyword, isWanted, pageOf(filter)),
        );
      },
    }),
  }));
};
