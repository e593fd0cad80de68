import type { CommandPayload } from '@karrio/contracts';
import { refusal, type Refusal } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';

type Asked = Pick<CommandPayload<'request_run'>, 'workflowId' | 'eventType' | 'triggerId'>;

/** Why the trigger that a run is asked for by may not start it; a person may run what is paused. */
export const whyNot = (
  catalog: OrgCatalog,
  { workflowId, eventType, triggerId }: Asked,
): Refusal | undefined => {
  if (triggerId === undefined) return undefined;
  const state = catalog.trigger(triggerId)?.state;
  if (state?.status !== 'live' || state.workflowId !== workflowId) {
    return refusal('not-found', 'trigger_id', `The workflow has no trigger with the id ${triggerId}.`);
  }
  if (state.definition.isActive || eventType === 'manual') return undefined;
  return refusal(
    'inactive',
    'trigger_id',
    'The trigger is paused; set is_active with update_workflow_trigger.',
  );
};
