import {
  findAction,
  findConnection,
  findMetafield,
  findRun,
  findWorkflow,
  listActions,
  listConnections,
  listMetafields,
  listRuns,
  listWorkflows,
} from '@karrio/read-model';
import {
  builder,
  MetafieldType,
  WorkflowActionType,
  WorkflowConnectionType,
  WorkflowEventType,
  WorkflowType,
} from './builder.ts';
import { connectionType } from './connection/connection.ts';
import { viewerOf } from './context.ts';
import { connectionOf, pageOf } from './page.ts';
import { shownError } from './server/shown-error.ts';
import { MetafieldFilter } from './workflow/metafield.ts';
import { WorkflowActionFilter } from './workflow/workflow-action.ts';
import { WorkflowConnectionFilter } from './connection/workflow-connection.ts';
import { runFilterOf, WorkflowEventFilter } from './run/workflow-event-filter.ts';
import { WorkflowEventTypeConnection } from './run/workflow-event.ts';
import { WorkflowFilter } from './workflow/workflow.ts';

export const WorkflowTypeConnection = connectionType('WorkflowType', WorkflowType);
const WorkflowActionTypeConnection = connectionType('WorkflowActionType', WorkflowActionType);

const WorkflowConnectionTypeConnection = connectionType('WorkflowConnectionType', WorkflowConnectionType);
const MetafieldTypeConnection = connectionType('MetafieldType', MetafieldType);

/** Everything is read within the viewer's organisation: an id of another one is unknown. */
export const addQueries = (): void => {
  builder.queryType({ description: 'What there is.' });
  addWorkflowQueries();
  addActionQueries();
  addConnectionQueries();
  addMetafieldQueries();
  addEventQueries();
};

const addWorkflowQueries = (): void => {
  builder.queryFields((t) => ({
    workflow: t.field({
      permission: 'definitions:read',
      type: WorkflowType,
      nullable: true,
      description: 'A workflow by its id; null where there is none.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: async (_, { id }, context) =>
        (await findWorkflow(context.ports.db, viewerOf(context).org, id)) ?? null,
    }),
    workflows: t.field({
      permission: 'definitions:read',
      type: WorkflowTypeConnection,
      description: 'Workflows, newest first unless order_by says otherwise.',
      args: { filter: t.arg({ type: WorkflowFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) =>
        connectionOf(
          await listWorkflows(context.ports.db, viewerOf(context).org, filter ?? {}, pageOf(filter)),
        ),
    }),
  }));
};

const addActionQueries = (): void => {
  builder.queryFields((t) => ({
    workflow_action: t.field({
      permission: 'definitions:read',
      type: WorkflowActionType,
      nullable: true,
      description: 'An action by its id; null where there is none.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: async (_, { id }, context) =>
        (await findAction(context.ports.db, viewerOf(context).org, id)) ?? null,
    }),
    workflow_actions: t.field({
      permission: 'definitions:read',
      type: WorkflowActionTypeConnection,
      description: 'Actions, newest first unless order_by says otherwise.',
      args: { filter: t.arg({ type: WorkflowActionFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) =>
        connectionOf(
          await listActions(context.ports.db, viewerOf(context).org, filter ?? {}, pageOf(filter)),
        ),
    }),
  }));
};

const addConnectionQueries = (): void => {
  builder.queryFields((t) => ({
    workflow_connection: t.field({
      permission: 'definitions:read',
      type: WorkflowConnectionType,
      nullable: true,
      description: 'A connection by its id; null where there is none.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: async (_, { id }, context) =>
        (await findConnection(context.ports.db, viewerOf(context).org, id)) ?? null,
    }),
    workflow_connections: t.field({
      permission: 'definitions:read',
      type: WorkflowConnectionTypeConnection,
      description: 'Connections, newest first unless order_by says otherwise.',
      args: {
        filter: t.arg({ type: WorkflowConnectionFilter, description: 'Which, and which page of them.' }),
      },
      resolve: async (_, { filter }, context) =>
        connectionOf(
          await listConnections(context.ports.db, viewerOf(context).org, filter ?? {}, pageOf(filter)),
        ),
    }),
  }));
};

const addMetafieldQueries = (): void => {
  builder.queryFields((t) => ({
    metafield: t.field({
      permission: 'definitions:read',
      type: MetafieldType,
      nullable: true,
      description: 'A metafield by its id, wherever it is attached; null where there is none.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: async (_, { id }, context) =>
        (await findMetafield(context.ports.db, viewerOf(context).org, id)) ?? null,
    }),
    metafields: t.field({
      permission: 'definitions:read',
      type: MetafieldTypeConnection,
      description: 'Metafields, attached or not; those of the newest objects first.',
      args: { filter: t.arg({ type: MetafieldFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) => {
        const type = filter?.type === 'string' ? 'text' : filter?.type;
        const wanted = { ...filter, type };
        return connectionOf(
          await listMetafields(context.ports.db, viewerOf(context).org, wanted, pageOf(filter)),
        );
      },
    }),
  }));
};

const addEventQueries = (): void => {
  builder.queryFields((t) => ({
    workflow_event: t.field({
      permission: 'runs:read',
      type: WorkflowEventType,
      nullable: true,
      description: 'A run by its id; null where there is none.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: async (_, { id }, context) => {
        const { org } = viewerOf(context);
        const behind = await context.ports.acceptedRuns.shown(org, id);
        if (behind) throw shownError(behind);
        return (await findRun(context.ports.db, org, id)) ?? null;
      },
    }),
    workflow_events: t.field({
      permission: 'runs:read',
      type: WorkflowEventTypeConnection,
      description:
        'Runs in the mode of the API key, test or live, newest first unless order_by says otherwise.',
      args: { filter: t.arg({ type: WorkflowEventFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) => {
        const page = pageOf(filter);
        const { org, testMode } = viewerOf(context);
        const wanted = { ...runFilterOf(filter), test_mode: testMode };
        await context.ports.acceptedRuns.allShown(org);
        return connectionOf(await listRuns(context.ports.db, org, wanted, page));
      },
    }),
  }));
};
