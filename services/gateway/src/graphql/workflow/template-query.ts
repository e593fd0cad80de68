import { builder } from '../builder.ts';
import { connectionType } from '../connection/connection.ts';
import { connectionOf, pageOf } from '../page.ts';
import {
  actionRows,
  connectionRows,
  pageOfTemplates,
  WorkflowActionTemplateType,
  WorkflowConnectionTemplateType,
  workflowRows,
  WorkflowTemplateType,
} from './template-type.ts';
import { WorkflowActionFilter } from './workflow-action.ts';
import { WorkflowConnectionFilter } from '../connection/workflow-connection.ts';
import { WorkflowFilter } from './workflow.ts';

const WorkflowTemplateTypeConnection = connectionType('WorkflowTemplateType', WorkflowTemplateType);
const WorkflowActionTemplateTypeConnection = connectionType(
  'WorkflowActionTemplateType',
  WorkflowActionTemplateType,
);
const WorkflowConnectionTemplateTypeConnection = connectionType(
  'WorkflowConnectionTemplateType',
  WorkflowConnectionTemplateType,
);

const which = 'Which, and which page of them.';

/** The catalogue is the same for everybody. */
export const addTemplateQueries = (): void => {
  builder.queryFields((t) => ({
    workflow_templates: t.field({
      permission: 'definitions:read',
      type: WorkflowTemplateTypeConnection,
      description: 'Workflows to start from: create_workflow with template_slug fills in what it leaves out.',
      args: { filter: t.arg({ type: WorkflowFilter, description: which }) },
      resolve: (_, { filter }) => {
        const { keyword, trigger_type, is_active } = filter ?? {};
        // Nothing runs of a template.
        const isWanted = ({ trigger }: (typeof workflowRows)[number]) =>
          !is_active && (!trigger_type || trigger.trigger_type === trigger_type);
        return connectionOf(
          pageOfTemplates('workflow_templates', workflowRows, keyword, isWanted, pageOf(filter)),
        );
      },
    }),
    workflow_action_templates: t.field({
      permission: 'definitions:read',
      type: WorkflowActionTemplateTypeConnection,
      description:
        'Actions to start from: create_workflow_action with template_slug fills in what it leaves out.',
      args: { filter: t.arg({ type: WorkflowActionFilter, description: which }) },
      resolve: (_, { filter }) => {
        const { keyword, action_type } = filter ?? {};
        const isWanted = (row: (typeof actionRows)[number]) =>
          !action_type || row.action_type === action_type;
        return connectionOf(
          pageOfTemplates('workflow_action_templates', actionRows, keyword, isWanted, pageOf(filter)),
        );
      },
    }),
    workflow_connection_templates: t.field({
      permission: 'definitions:read',
      type: WorkflowConnectionTemplateTypeConnection,
      description:
        'Connections to start from: create_workflow_connection with template_slug fills in what it leaves out.',
      args: { filter: t.arg({ type: WorkflowConnectionFilter, description: which }) },
      resolve: (_, { filter }) => {
        const { keyword, auth_type } = filter ?? {};
        const isWanted = (row: (typeof connectionRows)[number]) => !auth_type || row.auth_type === auth_type;
        return connectionOf(
          pageOfTemplates('workflow_connection_templates', connectionRows, keyword, isWanted, pageOf(filter)),
        );
      },
    }),
  }));
};
