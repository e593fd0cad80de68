import { WorkflowDraft, type FieldErrors } from '@karrio/contracts';
import { findMetafield } from '@karrio/read-model';
import { payloadOf } from '../../command/input.ts';
import { sealWorkflow } from '../../seal/seal-workflow.ts';
import { sealed } from '../../seal/sealing.ts';
import { builder } from '../builder.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { ActionNodeInput, workflowFields } from '../input.ts';

export const WorkflowDraftInput = builder.inputType('WorkflowDraftInput', {
  description: 'A definition that is not saved: changes as update_workflow takes them.',
  fields: (t) => ({
    name: t.string({ description: 'What people call it; at most 50 characters.' }),
    action_nodes: t.field({ type: [ActionNodeInput], description: 'Which actions run, and in which order.' }),
    ...workflowFields(t),
  }),
});

type Input = Parameters<typeof sealWorkflow>[1];

/** A draft as the services take it; its secrets are sealed, as in one that is saved. */
export const draftOf = async (
  context: GraphContext,
  input: Input | null | undefined,
): Promise<Readonly<{ draft?: WorkflowDraft }> | Readonly<{ errors: FieldErrors }>> => {
  if (!input) return {};
  const { org } = viewerOf(context);
  const { vault, db } = context.ports;
  const outcome = await sealed({ vault, org, metafieldOf: (id) => findMetafield(db, org, id) }, (sealing) =>
    sealWorkflow(sealing, input),
  );
  if ('errors' in outcome) return { errors: within(outcome.errors) };
  const parsed = payloadOf('update_workflow', { ...outcome.input, id: 'draft' });
  if ('errors' in parsed) return { errors: within(parsed.errors) };
  return { draft: WorkflowDraft.parse(parsed.payload) };
};

const within = (errors: FieldErrors): FieldErrors =>
  errors.map(({ field, messages }) => ({ field: `draft.${field}`, messages }));
