import { findRun, findTrigger } from '@karrio/read-model';
import { runIdOf } from '../../command/submit.ts';
import { verdictOn, type Verdict } from '../../schedule/verdict.ts';
import { builder, ErrorType, WorkflowEventType } from '../builder.ts';
import { change, type Changed } from '../change.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { payloadOf, payloadType } from '../payload.ts';

const TriggerScheduledWorkflowMutation = payloadType(
  'TriggerScheduledWorkflowMutation',
  'workflow_event',
  WorkflowEventType,
);

const ValidateCronExpressionInput = builder.inputType('ValidateCronExpressionInput', {
  description: 'A cron expression to be looked at.',
  fields: (t) => ({
    expression: t.string({
      required: true,
      description: '5 fields, 6 with seconds in front, or a nickname such as @daily.',
    }),
    timezone: t.string({
      description: 'The place whose clocks it goes by, as Europe/Berlin; UTC unless given.',
    }),
  }),
});

const ValidateCronExpressionMutation = builder
  .objectRef<Verdict>('ValidateCronExpressionMutation')
  .implement({
    description: 'Whether a cron expression is one, and when it comes.',
    fields: (t) => ({
      errors: t.field({
        type: [ErrorType],
        nullable: true,
        description: 'Which field of the input is wrong; null where none is.',
        resolve: ({ errors }) => errors,
      }),
      is_valid: t.boolean({
        description: 'Whether it is one.',
        resolve: ({ errorMessage }) => errorMessage === null,
      }),
      description: t.exposeString('description', { nullable: true, description: 'The expression in words.' }),
      next_run_times: t.field({
        type: ['DateTime'],
        nullable: true,
        description: 'The next five times that it comes; fewer where there are no more.',
        resolve: ({ nextRunTimes }) => nextRunTimes,
      }),
      error_message: t.exposeString('errorMessage', {
        nullable: true,
        description: 'What is wrong: the field at fault, and what it may hold.',
      }),
    }),
  });

export const addScheduleMutations = (): void => {
  builder.mutationFields((t) => ({
    trigger_scheduled_workflow: t.field({
      permission: 'runs:start',
      type: TriggerScheduledWorkflowMutation,
      description:
        'Runs the workflow of a trigger now, whatever its type, with the parameters of the trigger; also where the trigger is paused. The schedule goes on as it would.',
      args: { trigger_id: t.arg.string({ required: true, description: 'The id of the trigger.' }) },
      resolve: async (_, { trigger_id }, context, { path }) =>
        payloadOf(await runNow(trigger_id, context, path.key), (id) =>
          findRun(context.ports.db, viewerOf(context).org, id),
        ),
    }),
    validate_cron_expression: t.field({
      permission: 'any',
      type: ValidateCronExpressionMutation,
      description: 'Looks at a cron expression; changes nothing.',
      args: {
        input: t.arg({ type: ValidateCronExpressionInput, required: true, description: 'The expression.' }),
      },
      resolve: (_, { input }) => verdictOn(input.expression, input.timezone ?? 'UTC', Date.now()),
    }),
  }));
};

const runNow = async (triggerId: string, context: GraphContext, key: string | number): Promise<Changed> => {
  const { org, testMode } = viewerOf(context);
  const trigger = await findTrigger(context.ports.db, org, triggerId);
  if (!trigger)
    return { errors: [{ field: 'trigger_id', messages: [`No trigger has the id ${triggerId}.`] }] };
  const { idempotencyKey, depth } = context.call;
  const request = {
    run_id: runIdOf(triggerId, idempotencyKey),
    workflow_id: trigger.workflow_id,
    trigger_id: triggerId,
    event_type: 'manual',
    test_mode: testMode || trigger.test_mode,
    parameters: trigger.parameters ?? {},
    depth,
  };
  return change('request_run', request, context, `${key}.${triggerId}`);
};
