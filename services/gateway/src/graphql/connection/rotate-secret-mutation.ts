import { findTrigger } from '@karrio/read-model';
import { sealTrigger } from '../../seal/seal-trigger.ts';
import { builder, WorkflowTriggerType } from '../builder.ts';
import { sealedChange } from '../change.ts';
import { viewerOf } from '../context.ts';
import { payloadOf, payloadType } from '../payload.ts';

const RotateTriggerSecretMutationInput = builder.inputType('RotateTriggerSecretMutationInput', {
  description: 'Another secret for a trigger.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'The trigger.' }),
    secret: t.string({ required: true, description: 'The new secret.' }),
    keep_former_ms: t.float({
      description: 'How long the one before stays good, 0 to 30 days; a day (86400000) unless given.',
    }),
  }),
});

const RotateTriggerSecretMutation = payloadType(
  'RotateTriggerSecretMutation',
  'workflow_trigger',
  WorkflowTriggerType,
);

const empty = 'must not be empty; update_workflow_trigger takes a secret away.';

export const addRotateSecretMutation = (): void => {
  builder.mutationFields((t) => ({
    rotate_trigger_secret: t.field({
      permission: 'definitions:write',
      type: RotateTriggerSecretMutation,
      description:
        'Gives a trigger another secret. Deliveries may show, or be signed with, either until the former one’s time is over.',
      args: {
        input: t.arg({
          type: RotateTriggerSecretMutationInput,
          required: true,
          description: 'The new secret.',
        }),
      },
      resolve: async (_, { input }, context, { path }) => {
        const { db } = context.ports;
        if (input.secret === '') return { errors: [{ field: 'secret', messages: [empty] }], entity: null };
        const rotated = sealedChange(
          'rotate_trigger_secret',
          (sealing) => sealTrigger(sealing, input),
          context,
          path.key,
        );
        return payloadOf(await rotated, (id) => findTrigger(db, viewerOf(context).org, id));
      },
    }),
  }));
};
