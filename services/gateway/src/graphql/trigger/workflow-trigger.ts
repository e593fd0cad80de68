import { AutomationTriggerType } from '../enum.ts';
import { builder, WorkflowTriggerType } from '../builder.ts';
import { definitionFields } from '../workflow/definition-fields.ts';
import { policyFields } from './trigger-policy.ts';
import { scheduleFields } from './trigger-schedule.ts';

export const addWorkflowTrigger = (): void => {
  builder.objectType(WorkflowTriggerType, {
    description: 'What starts a workflow.',
    fields: (t) => ({
      ...definitionFields(t, 'workflow_trigger'),
      trigger_type: t.expose('trigger_type', { type: AutomationTriggerType, description: 'What starts it.' }),
      workflow_id: t.exposeString('workflow_id', { description: 'The workflow that it starts.' }),
      name: t.exposeString('name', { nullable: true, description: 'What people call it.' }),
      is_active: t.exposeBoolean('is_active', {
        description: 'Whether it starts runs; false where it is paused.',
      }),
      test_mode: t.exposeBoolean('test_mode', {
        description: 'Whether what it starts are test runs.',
      }),
      parameters: t.expose('parameters', {
        type: 'JSON',
        nullable: true,
        description: 'What a run is given that a schedule starts, or a person by this trigger.',
      }),
      ...scheduleFields(t),
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
      ...policyFields(t),
    }),
  });
};
