import { AutomationTriggerType } from './enum.ts';
import { builder, WorkflowTriggerType } from './builder.ts';
import { definitionFields } from './definition-fields.ts';

export const addWorkflowTrigger = (): void => {
  builder.objectType(WorkflowTriggerType, {
    description: 'What starts a workflow by itself.',
    fields: (t) => ({
      ...definitionFields(t, 'workflow_trigger'),
      trigger_type: t.expose('trigger_type', { type: AutomationTriggerType, description: 'What starts it.' }),
      schedule: t.exposeString('schedule', {
        nullable: true,
        description: 'Of a schedule: its cron expression.',
      }),
      secret_key: t.exposeString('secret_key', {
        nullable: true,
        description: 'Of a webhook: the name of the HTTP header that carries the secret.',
      }),
      secret: t.string({
        nullable: true,
        description: 'Always null: a secret is written, never read. secret_set says whether there is one.',
        resolve: () => null,
      }),
      secret_set: t.boolean({
        description: 'Whether a webhook’s secret is set.',
        resolve: ({ sealed_secret }) => sealed_secret !== null,
      }),
      next_run_at: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When its schedule fires next; null without one.',
        resolve: () => null,
      }),
      last_run_at: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When its schedule last fired; null without one.',
        resolve: () => null,
      }),
      is_due: t.boolean({
        description: 'Whether its schedule should have fired by now.',
        resolve: () => false,
      }),
      next_run_description: t.string({
        nullable: true,
        description: 'Its schedule in words; null without one.',
        resolve: () => null,
      }),
    }),
  });
};
