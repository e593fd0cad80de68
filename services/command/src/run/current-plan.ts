import { refusal, resolvePlan, type Plan, type Refusal } from '@karrio/domain';
import type { OrgCatalog, WorkflowEntry } from '../catalog/catalog.ts';
import { actionsWithoutConnection } from './actions-without-connection.ts';

type Refused = Readonly<{ refused: readonly Refusal[] }>;

/** A workflow that a plan can be made of, or why none can. */
export const plannable = (
  catalog: OrgCatalog,
  workflowId: string,
): Readonly<{ entry: WorkflowEntry }> | Refused => {
  const entry = catalog.workflow(workflowId);
  if (entry?.state.status !== 'live') {
    return refused(refusal('not-found', 'workflow_id', `No workflow has the id ${workflowId}.`));
  }
  const broken = actionsWithoutConnection(catalog, entry);
  if (broken.length > 0) {
    const message = `The connection of ${broken.join(', ')} was deleted; give it another one.`;
    return refused(refusal('invalid', 'workflow_id', message));
  }
  return { entry };
};

/** A workflow that a run may be asked for, or why none may. */
export const runnable = (
  catalog: OrgCatalog,
  workflowId: string,
): Readonly<{ entry: WorkflowEntry }> | Refused => {
  const { state } = catalog.workflow(workflowId) ?? {};
  if (state?.status === 'live' && !state.isActive) {
    const message = 'The workflow is switched off; activate it with activate_workflow.';
    return refused(refusal('inactive', 'workflow_id', message));
  }
  return plannable(catalog, workflowId);
};

/** The plan that a run would have that was asked for now, or why none can be. */
export const currentPlan = (
  catalog: OrgCatalog,
  workflowId: string,
): Readonly<{ plan: Plan; entry: WorkflowEntry }> | Refused => {
  const found = runnable(catalog, workflowId);
  return 'refused' in found ? found : { ...found, plan: planOf(catalog, found.entry) };
};

const refused = (...refusals: readonly Refusal[]): Refused => ({ refused: refusals });

/** @throws Error for a workflow that is not live */
export const planOf = (catalog: OrgCatalog, { id, state }: WorkflowEntry): Plan => {
  if (state.status !== 'live') throw new Error(`a plan of ${id}, which is ${state.status}`);
  return resolvePlan(state, {
    actionOf: (slug) => {
      const action = catalog.actionBySlug(slug)?.state;
      return action?.status === 'live' ? action : undefined;
    },
    connectionOf: (connectionId) => {
      const connection = catalog.connection(connectionId);
      return connection?.state.status === 'live'
        ? { ...connection.state, revision: connection.revision }
        : undefined;
    },
  });
};
