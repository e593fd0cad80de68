import { findRun } from '@karrio/read-model';
import { runIdOf } from '../../command/submit.ts';
import { builder, WorkflowEventType } from '../builder.ts';
import { change } from '../change.ts';
import { viewerOf } from '../context.ts';
import { CreateWorkflowEventMutationInput } from '../input.ts';
import { payloadOf, payloadType } from '../payload.ts';

const CreateWorkflowEventMutation = payloadType(
  'CreateWorkflowEventMutation',
  'workflow_event',
  WorkflowEventType,
);

export const addEventMutations = (): void => {
  builder.mutationFields((t) => ({
    create_workflow_event: t.field({
      permission: 'runs:start',
      type: CreateWorkflowEventMutation,
      description:
        'Starts a run. With an Idempotency-Key header, the same key for the same workflow is the same run.',
      args: {
        input: t.arg({ type: CreateWorkflowEventMutationInput, required: true, description: 'The run.' }),
      },
      resolve: async (_, { input }, context, { path }) => {
        const { org, testMode } = viewerOf(context);
        const { workflow_id, event_type, parameters = {} } = input;
        const run_id = runIdOf(workflow_id, context.call.idempotencyKey);
        const { depth } = context.call;
        const request = { run_id, workflow_id, event_type, test_mode: testMode, parameters, depth };
        const changed = await change('request_run', request, context, `${path.key}.${workflow_id}`);
        return payloadOf(changed, (id) => findRun(context.ports.db, org, id));
      },
    }),
  }));
};
