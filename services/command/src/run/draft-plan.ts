import type { WorkflowDraft } from '@karrio/contracts';
import type { Plan, Refusal } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { catalogAfter } from '../definition/catalog-after.ts';
import type { Issue } from '../definition/change.ts';
import { outlineCreateWorkflow, outlineUpdateWorkflow } from '../workflow/outline-workflow.ts';
import { planOf, plannable } from './current-plan.ts';

/**
 * The plan that a run would have if the draft were saved as it is: on top of a workflow, or as a new one. It is
 * refused for what saving it would be refused for, and nothing is written.
 */
export const draftPlan = (
  catalog: OrgCatalog,
  workflowId: string | undefined,
  draft: WorkflowDraft,
  issue: Issue,
): Readonly<{ plan: Plan }> | Readonly<{ refused: readonly Refusal[] }> => {
  const outlined =
    workflowId === undefined
      ? outlineCreateWorkflow(
          catalog,
          { ...draft, name: draft.name ?? 'Draft', actionNodes: draft.actionNodes ?? [] },
          issue,
        )
      : outlineUpdateWorkflow(catalog, { ...draft, id: workflowId }, issue);
  if ('refused' in outlined) return outlined;
  const after = catalogAfter(catalog, outlined.changes);
  if ('refused' in after) return after;
  const found = plannable(after.catalog, outlined.id);
  return 'refused' in found ? found : { plan: planOf(after.catalog, found.entry) };
};
