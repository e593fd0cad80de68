import type { OrgCatalog, WorkflowEntry } from '../catalog/catalog.ts';

/** An action and the deletion of its connection may have crossed: neither saw the other. */
export const actionsWithoutConnection = (
  catalog: OrgCatalog,
  { state }: WorkflowEntry,
): readonly string[] => {
  if (state.status !== 'live') return [];
  return state.definition.actionNodes.flatMap(({ slug }) => {
    const action = catalog.actionBySlug(slug)?.state;
    if (action?.status !== 'live' || action.definition.connectionId === null) return [];
    return catalog.connection(action.definition.connectionId)?.state.status === 'live' ? [] : [slug];
  });
};
