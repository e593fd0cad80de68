import type { OrgCatalog } from '../catalog/catalog.ts';

/** Shipping rules name a workflow by its slug as well as by its id. What names none is given back as it is. */
export const idOfWorkflow = (catalog: OrgCatalog, name: string): string => {
  if (catalog.workflow(name)) return name;
  for (const { id, state } of catalog.workflows()) {
    if (state.status === 'live' && state.slug === name) return id;
  }
  return name;
};
