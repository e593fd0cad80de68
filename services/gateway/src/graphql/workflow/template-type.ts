import { slugOf } from '@karrio/domain';
import { pageOfMemory, type Page, type PageRequest } from '@karrio/read-model';
import { actionTemplates } from '../../catalogue/action-templates.ts';
import { connectionTemplates } from '../../catalogue/connection-templates.ts';
import type { ActionTemplate, ConnectionTemplate, WorkflowTemplate } from '../../catalogue/template.ts';
import { workflowTemplates } from '../../catalogue/workflow-templates.ts';
import { builder, MetafieldType, type BuilderTypes } from '../builder.ts';
import {
  AutomationActionType,
  AutomationAuthType,
  AutomationHTTPContentType,
  AutomationHTTPMethod,
  AutomationParametersType,
  AutomationTriggerType,
} from '../enum.ts';
import type { MetafieldNode } from './metafield.ts';
import { WorkflowActionNodeType } from './workflow-action-node.ts';

export type Listed<T> = T & Readonly<{ id: string }>;

/** Since when the catalogue is what it is. */
const publishedAt = '2026-11-22T00:00:00.000Z';

type Named = Readonly<{ slug: string; name: string; description: string }>;

const commonFields = <T extends Named>(
  t: PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, T>,
  objectType: string,
) => ({
  object_type: t.string({ description: `Always ${objectType}.`, resolve: () => objectType }),
  slug: t.string({ description: 'What template_slug says to start from it.', resolve: ({ slug }) => slug }),
  name: t.string({ description: 'What people call it.', resolve: ({ name }) => name }),
  description: t.string({
    nullable: true,
    description: 'What it is for.',
    resolve: ({ description }) => description,
  }),
  template_slug: t.string({ nullable: true, description: 'Its slug.', resolve: ({ slug }) => slug }),
  created_at: t.field({
    type: 'DateTime',
    description: 'When it was published.',
    resolve: () => publishedAt,
  }),
  updated_at: t.field({ type: 'DateTime', description: 'When it last changed.', resolve: () => publishedAt }),
});

export const WorkflowConnectionTemplateType = builder.objectRef<Listed<ConnectionTemplate>>(
  'WorkflowConnectionTemplateType',
);
WorkflowConnectionTemplateType.implement({
  description: 'A connection to start from.',
  fields: (t) => ({
    ...commonFields(t, 'workflow_connection'),
    auth_type: t.expose('auth_type', { type: AutomationAuthType, description: 'How it authenticates.' }),
    port: t.int({
      nullable: true,
      description: 'The port of actions that have none.',
      resolve: () => null,
    }),
    host: t.string({
      nullable: true,
      description: 'Scheme and host.',
      resolve: ({ host }) => host ?? null,
    }),
    endpoint: t.string({ nullable: true, description: 'The path.', resolve: () => null }),
    parameters_template: t.string({
      nullable: true,
      description: 'What it sends to get a token.',
      resolve: ({ parameters_template }) => parameters_template ?? null,
    }),
    auth_template: t.string({
      nullable: true,
      description: 'What it adds to an action’s request.',
      resolve: ({ auth_template }) => auth_template ?? null,
    }),
    metafields: t.field({
      type: [MetafieldType],
      description: 'The credentials that it asks for.',
      resolve: ({ slug, metafields }) =>
        metafields.map(({ value = null, ...field }): MetafieldNode => ({
          id: `${slug}.${field.key}`,
          ...field,
          value,
          secret: null,
          object_type: 'workflow_connection',
          object_id: null,
        })),
    }),
  }),
});

export const WorkflowActionTemplateType = builder.objectRef<Listed<ActionTemplate>>(
  'WorkflowActionTemplateType',
);
WorkflowActionTemplateType.implement({
  description: 'An action to start from.',
  fields: (t) => ({
    ...commonFields(t, 'workflow_action'),
    action_type: t.expose('action_type', { type: AutomationActionType, description: 'What it does.' }),
    ...requestFields(t),
    connection: t.field({
      type: WorkflowConnectionTemplateType,
      nullable: true,
      description: 'The connection that is made along.',
      resolve: ({ connection }) => connectionRows.find(({ slug }) => slug === connection) ?? null,
    }),
    metafields: t.field({
      type: [MetafieldType],
      description: 'Typed values of its own.',
      resolve: () => [],
    }),
  }),
});

type ActionFields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, Listed<ActionTemplate>>;

const requestFields = (t: ActionFields) => ({
  port: t.int({ nullable: true, description: 'The port.', resolve: () => null }),
  host: t.string({ nullable: true, description: 'Scheme and host.', resolve: ({ host }) => host ?? null }),
  endpoint: t.string({
    nullable: true,
    description: 'The path.',
    resolve: ({ endpoint }) => endpoint ?? null,
  }),
  method: t.field({
    type: AutomationHTTPMethod,
    nullable: true,
    description: 'The method.',
    resolve: ({ method }) => method ?? null,
  }),
  parameters_type: t.field({
    type: AutomationParametersType,
    nullable: true,
    description: 'Where the rendered parameters go.',
    resolve: ({ parameters_type }) => parameters_type ?? null,
  }),
  parameters_template: t.string({
    nullable: true,
    description: 'What it sends, maps or decides.',
    resolve: ({ parameters_template }) => parameters_template,
  }),
  header_template: t.string({
    nullable: true,
    description: 'Its headers.',
    resolve: ({ header_template }) => header_template ?? null,
  }),
  content_type: t.field({
    type: AutomationHTTPContentType,
    nullable: true,
    description: 'How the rendered parameters are read and sent.',
    resolve: ({ content_type }) => content_type ?? null,
  }),
});

type TriggerTemplate = Named & WorkflowTemplate['trigger'];

const WorkflowTriggerTemplateType = builder
  .objectRef<TriggerTemplate>('WorkflowTriggerTemplateType')
  .implement({
    description: 'What starts a workflow that is made from a template.',
    fields: (t) => {
      const { name: _, description: __, ...common } = commonFields(t, 'workflow_trigger');
      return {
        ...common,
        trigger_type: t.expose('trigger_type', {
          type: AutomationTriggerType,
          description: 'What starts it.',
        }),
        schedule: t.string({
          nullable: true,
          description: 'Of a schedule: its cron expression.',
          resolve: ({ schedule }) => schedule ?? null,
        }),
      };
    },
  });

export const WorkflowTemplateType = builder.objectRef<Listed<WorkflowTemplate>>('WorkflowTemplateType');
WorkflowTemplateType.implement({
  description: 'A workflow to start from.',
  fields: (t) => ({
    ...commonFields(t, 'workflow'),
    trigger: t.field({
      type: WorkflowTriggerTemplateType,
      nullable: true,
      description: 'What starts it by itself.',
      resolve: ({ trigger, ...named }) => ({ ...named, ...trigger }),
    }),
    action_nodes: t.field({
      type: [WorkflowActionNodeType],
      description: 'Which actions run, and in which order.',
      resolve: ({ actions }) => actions.map(({ order, name }) => ({ order, slug: slugOf(name) })),
    }),
    actions: t.field({
      type: [WorkflowActionTemplateType],
      description: 'The actions that are made along.',
      resolve: ({ actions }) => actions.map(listed),
    }),
  }),
});

const listed = <T extends Named>(template: T): Listed<T> => ({ ...template, id: template.slug });

export const connectionRows = connectionTemplates.map(listed);
export const actionRows = actionTemplates.map(listed);
export const workflowRows = workflowTemplates.map(listed);

type Keyword = string | null | undefined;

/** A page of those that the keyword and the filter take, as lists of rows are paged. */
export const pageOfTemplates = <T extends Named>(
  list: string,
  templates: readonly T[],
  keyword: Keyword,
  isWanted: (template: T) => boolean,
  request: PageRequest,
): Page<T> => {
  const word = keyword?.toLowerCase() ?? '';
  const matching = templates.filter(
    (template) =>
      isWanted(template) &&
      [template.name, template.slug, template.description].some((text) => text.toLowerCase().includes(word)),
  );
  return pageOfMemory(list, matching, request);
};
