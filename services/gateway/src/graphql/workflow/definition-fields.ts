import type {
  ShippingRuleRow,
  WorkflowActionRow,
  WorkflowConnectionRow,
  WorkflowRow,
  WorkflowTriggerRow,
} from '@karrio/read-model';
import type { BuilderTypes } from '../builder.ts';

type DefinitionRow =
  WorkflowRow | WorkflowActionRow | WorkflowConnectionRow | WorkflowTriggerRow | ShippingRuleRow;

/** What every definition has. */
export const definitionFields = <Row extends DefinitionRow>(
  t: PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, Row>,
  objectType: string,
) => ({
  object_type: t.string({ description: `Always ${objectType}.`, resolve: () => objectType }),
  id: t.string({ description: 'Its id, for ever.', resolve: ({ id }) => id }),
  slug: t.string({
    description: 'Its name as templates and other definitions say it.',
    resolve: ({ slug }) => slug,
  }),
  template_slug: t.string({
    nullable: true,
    description: 'The template that it was made from, as its maker noted it.',
    resolve: ({ template_slug }) => template_slug,
  }),
  created_at: t.field({
    type: 'DateTime',
    description: 'When it was made.',
    resolve: ({ created_at }) => created_at,
  }),
  updated_at: t.field({
    type: 'DateTime',
    description: 'When it last changed.',
    resolve: ({ updated_at }) => updated_at,
  }),
});
