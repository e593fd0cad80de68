import { listWorkflows, schedulerStatus, type SchedulerStatus } from '@karrio/read-model';
import { builder } from '../builder.ts';
import { viewerOf } from '../context.ts';
import { connectionOf, pageOf } from '../page.ts';
import { WorkflowTypeConnection } from '../query.ts';
import { WorkflowFilter } from '../workflow/workflow.ts';

const SchedulerStatusType = builder.objectRef<SchedulerStatus>('SchedulerStatusType').implement({
  description: 'What the scheduler looks after for your organisation.',
  fields: (t) => ({
    registered_triggers_count: t.exposeInt('triggers', { description: 'Triggers that have a schedule.' }),
    active_scheduled_workflows_count: t.exposeInt('workflows', {
      description: 'Active workflows that at least one active schedule starts.',
    }),
    registered_trigger_ids: t.field({
      type: ['String'],
      description: 'The ids of those triggers, the oldest first, at most 10000.',
      resolve: ({ triggerIds }) => triggerIds,
    }),
  }),
});

export const addScheduleQueries = (): void => {
  builder.queryFields((t) => ({
    scheduled_workflows: t.field({
      permission: 'definitions:read',
      type: WorkflowTypeConnection,
      description: 'Workflows that a schedule starts, newest first unless order_by says otherwise.',
      args: { filter: t.arg({ type: WorkflowFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) => {
        const wanted = { ...filter, trigger_type: 'scheduled' } as const;
        return connectionOf(
          await listWorkflows(context.ports.db, viewerOf(context).org, wanted, pageOf(filter)),
        );
      },
    }),
    scheduler_status: t.field({
      permission: 'definitions:read',
      type: SchedulerStatusType,
      description: 'How many schedules there are.',
      resolve: (_, __, context) => schedulerStatus(context.ports.db, viewerOf(context).org),
    }),
  }));
};
