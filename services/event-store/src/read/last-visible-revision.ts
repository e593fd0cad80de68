import type { Catalog } from '../stream/catalog.ts';

/** -1 where a reader sees no event; the writer may be ahead. */
export const lastVisibleRevision = (catalog: Catalog, stream: string) => {
  const id = catalog.index.streams.find(stream);
  if (id === undefined) return -1;
  return catalog.index.revisionFrom(id, catalog.visible()) - 1;
};
