import type { EntityChangeRow } from '@karrio/read-model';
import type { Change } from '../../live/feed.ts';
import {
  builder,
  WorkflowActionType,
  WorkflowConnectionType,
  WorkflowTriggerType,
  WorkflowType,
  type BuilderTypes,
} from '../builder.ts';
import type { GraphContext } from '../context.ts';
import { cursorField } from '../cursor-field.ts';
import type { Loaders } from '../loaders.ts';
import { PauseType } from '../run/pause.ts';
import { ShippingRuleType } from '../rule/shipping-rule-type.ts';

export const definitionKinds = [
  'workflow',
  'workflow_action',
  'workflow_connection',
  'workflow_trigger',
  'metafield',
  'shipping_rule',
  'pause',
] as const;
type Kind = (typeof definitionKinds)[number];

type DefinitionChange = Change<EntityChangeRow>;
type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, DefinitionChange>;

export const DefinitionChangeType = builder.objectRef<DefinitionChange>('DefinitionChangeType').implement({
  description: 'A definition that changed; as it is now, where it is one of these.',
  fields: (t) => ({
    cursor: cursorField(t),
    object_type: t.string({
      description: 'Its kind, such as workflow.',
      resolve: ({ item }) => item.entity,
    }),
    id: t.string({
      description: 'Its id; of a pause that of the workflow, or of the organisation, whose runs it holds.',
      resolve: ({ item }) => item.id,
    }),
    is_deleted: t.boolean({
      description: 'Whether it was deleted.',
      resolve: ({ item }) => item.is_deleted,
    }),
    ...definitionFields(t),
  }),
});

/** Many who listen are told of one change: what they look up is shared. */
const ofKinds =
  <Row>(kinds: readonly Kind[], load: (loaders: Loaders, id: string) => Promise<Row | undefined>) =>
  async (
    { item: { entity, is_deleted, org_id, id } }: DefinitionChange,
    _: object,
    { call }: GraphContext,
  ): Promise<Row | null> => {
    const isOne = kinds.some((kind) => kind === entity) && !is_deleted;
    return isOne ? ((await load(call.loaders(org_id), id)) ?? null) : null;
  };

const definitionFields = (t: Fields) => ({
  workflow: t.field({
    type: WorkflowType,
    nullable: true,
    description: 'The workflow; of a pause the one whose runs it holds.',
    resolve: ofKinds(['workflow', 'pause'], ({ workflow }, id) => workflow.load(id)),
  }),
  workflow_action: t.field({
    type: WorkflowActionType,
    nullable: true,
    description: 'The action.',
    resolve: ofKinds(['workflow_action'], ({ action }, id) => action.load(id)),
  }),
  workflow_connection: t.field({
    type: WorkflowConnectionType,
    nullable: true,
    description: 'The connection.',
    resolve: ofKinds(['workflow_connection'], ({ connection }, id) => connection.load(id)),
  }),
  workflow_trigger: t.field({
    type: WorkflowTriggerType,
    nullable: true,
    description: 'The trigger.',
    resolve: ofKinds(['workflow_trigger'], ({ trigger }, id) => trigger.load(id)),
  }),
  shipping_rule: t.field({
    type: ShippingRuleType,
    nullable: true,
    description: 'The shipping rule.',
    resolve: ofKinds(['shipping_rule'], ({ rule }, id) => rule.load(id)),
  }),
  pause: t.field({
    type: PauseType,
    nullable: true,
    description: 'Since when the runs are held, by whom and why; null where they go on.',
    resolve: ofKinds(['pause'], ({ pauseOf }, id) => pauseOf.load(id)),
  }),
});
