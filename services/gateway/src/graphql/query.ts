import { findAction, findRun, findWorkflow, listActions, listRuns, listWorkflows } from '@karrio/read-model';
import { builder, WorkflowActionType, WorkflowEventType, WorkflowType } from './builder.ts';
import { connectionType } from './connection.ts';
import { viewerOf } from './context.ts';
import { connectionOf, pageOf } from './page.ts';
import { shownError } from './shown-error.ts';
import { WorkflowActionFilter } from './workflow-action.ts';
import { WorkflowEventFilter, WorkflowEventTypeConnection } from './workflow-event.ts';
import { WorkflowFilter } from './workflow.ts';

const WorkflowTypeConnection = connectionType('WorkflowType', WorkflowType);
const WorkflowActionTypeConnection = connectionType('WorkflowActionType', WorkflowActionType);

/** Everything is read within the viewer's organisation: an id of another one is unknown. */
export const addQueries = (): void => {
  builder.queryType({ description: 'What there is.' });
  addWorkflowQueries();
  addActionQueries();
  addEventQueries();
};

const addWorkflowQueries = (): void => {
  builder.queryFields((t) => ({
    workflow: t.field({
      type: WorkflowType,
      nullable: true,
      description: 'A workflow by its id; null where there is none.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: async (_, { id }, context) =>
        (await findWorkflow(context.ports.db, viewerOf(context).org, id)) ?? null,
    }),
    workflows: t.field({
      type: WorkflowTypeConnection,
      description: 'Workflows, newest first.',
      args: { filter: t.arg({ type: WorkflowFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) => {
        const page = pageOf(filter);
        return connectionOf(
          await listWorkflows(context.ports.db, viewerOf(context).org, filter ?? {}, page),
          page,
        );
      },
    }),
  }));
};

const addActionQueries = (): void => {
  builder.queryFields((t) => ({
    workflow_action: t.field({
      type: WorkflowActionType,
      nullable: true,
      description: 'An action by its id; null where there is none.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: async (_, { id }, context) =>
        (await findAction(context.ports.db, viewerOf(context).org, id)) ?? null,
    }),
    workflow_actions: t.field({
      type: WorkflowActionTypeConnection,
      description: 'Actions, newest first.',
      args: { filter: t.arg({ type: WorkflowActionFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) => {
        const page = pageOf(filter);
        return connectionOf(
          await listActions(context.ports.db, viewerOf(context).org, filter ?? {}, page),
          page,
        );
      },
    }),
  }));
};

const addEventQueries = (): void => {
  builder.queryFields((t) => ({
    workflow_event: t.field({
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
      type: WorkflowEventTypeConnection,
      description: 'Runs in the mode of the API key, test or live, newest first.',
      args: { filter: t.arg({ type: WorkflowEventFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) => {
        const page = pageOf(filter);
        const { org, testMode } = viewerOf(context);
        const wanted = { ...filter, test_mode: testMode };
        await context.ports.acceptedRuns.allShown(org);
        return connectionOf(await listRuns(context.ports.db, org, wanted, page), page);
      },
    }),
  }));
};
