import { refusal, type Metafield, type Refusal } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import type { Change } from '../definition/change.ts';

/** What has metafields of its own: they are part of its definition. */
export type Owner = Readonly<{
  id: string;
  slug: string;
  objectType: 'workflow_action' | 'workflow_connection';
  metafields: readonly Metafield[];
  revisedWith: (metafields: readonly Metafield[], at: string) => Change;
}>;

type Finder = (catalog: OrgCatalog, id: string) => Owner | undefined;

const actionOwner: Finder = (catalog, id) => {
  const state = catalog.action(id)?.state;
  if (state?.status !== 'live') return undefined;
  const { slug, definition } = state;
  return {
    id,
    slug,
    objectType: 'workflow_action',
    metafields: definition.metafields,
    revisedWith: (metafields, at) => ({
      kind: 'action',
      id,
      command: { type: 'ReviseAction', definition: { ...definition, metafields }, at },
    }),
  };
};

const connectionOwner: Finder = (catalog, id) => {
  const state = catalog.connection(id)?.state;
  if (state?.status !== 'live') return undefined;
  const { slug, definition } = state;
  return {
    id,
    slug,
    objectType: 'workflow_connection',
    metafields: definition.metafields,
    revisedWith: (metafields, at) => ({
      kind: 'connection',
      id,
      command: { type: 'ReviseConnection', definition: { ...definition, metafields }, at },
    }),
  };
};

const finders: Readonly<Record<string, Finder>> = {
  workflow_action: actionOwner,
  workflow_connection: connectionOwner,
};

/** The object that has the metafield in its definition. */
export const ownerOf = (catalog: OrgCatalog, metafieldId: string): Owner | undefined => {
  const id = catalog.ownerOfMetafield(metafieldId);
  if (id === undefined) return undefined;
  const owner = actionOwner(catalog, id) ?? connectionOwner(catalog, id);
  return owner?.metafields.some((metafield) => metafield.id === metafieldId) ? owner : undefined;
};

/** The object that an input names; none where it names none, or says `metafield`. */
export const ownerById = (
  catalog: OrgCatalog,
  objectType: string | null | undefined,
  objectId: string | null | undefined,
): Readonly<{ object: Owner | undefined }> | Readonly<{ refused: Refusal }> => {
  if (!objectType || objectType === 'metafield') {
    if (!objectId) return { object: undefined };
    return { refused: refusal('invalid', 'object_type', `Say what ${objectId} is: ${possible}.`) };
  }
  const find = Object.hasOwn(finders, objectType) ? finders[objectType] : undefined;
  if (!find) {
    const message = `Metafields are attached to ${possible}; metafield stands for none.`;
    return { refused: refusal('invalid', 'object_type', message) };
  }
  if (!objectId) {
    return { refused: refusal('invalid', 'object_id', `Say which ${objectType} it belongs to, by its id.`) };
  }
  const object = find(catalog, objectId);
  return object
    ? { object }
    : { refused: refusal('not-found', 'object_id', `No ${objectType} has the id ${objectId}.`) };
};

const possible = Object.keys(finders).join(' or ');
