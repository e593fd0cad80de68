import { derivedId, type CommandPayload } from '@karrio/contracts';
import { refusal, type Metafield, type Refusal } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { type Change, type Issue, type Outline, refused } from '../definition/change.ts';
import { ownerById, ownerOf, type Owner } from './owner.ts';
import { shapeMetafield } from './shape-metafield.ts';

export const outlineCreateMetafield = (
  catalog: OrgCatalog,
  { objectType, objectId, ...input }: CommandPayload<'create_metafield'>,
  issue: Issue,
): Outline => {
  const id = derivedId('metafield', issue.commandId);
  if (catalog.metafield(id) ?? ownerOf(catalog, id)) return { id, changes: [] };
  const shaped = shapeMetafield(input, undefined, { id, at: issue.at, path: '' });
  if ('refused' in shaped) return refused(shaped.refused);
  const owner = ownerById(catalog, objectType, objectId);
  if ('refused' in owner) return refused(owner.refused);
  const { metafield } = shaped;
  if (owner.object === undefined) {
    return {
      id,
      changes: [{ kind: 'metafield', id, command: { type: 'CreateMetafield', metafield, at: issue.at } }],
    };
  }
  return attached(owner.object, metafield, issue);
};

export const outlineUpdateMetafield = (
  catalog: OrgCatalog,
  { id, objectType, objectId, ...input }: CommandPayload<'update_metafield'>,
  issue: Issue,
): Outline => {
  const found = find(catalog, id);
  if (!found) return refused(notFound(id));
  const { owner: before, metafield: known } = found;
  const shaped = shapeMetafield(input, known, { id, at: issue.at, path: '' });
  if ('refused' in shaped) return refused(shaped.refused);
  const next = ownerById(catalog, ...target(before, objectType, objectId));
  if ('refused' in next) return refused(next.refused);
  if (!before) return withoutOwner(next.object, shaped.metafield, issue);
  return next.object?.id === before.id ? attached(before, shaped.metafield, issue) : refused(settled(before));
};

type Given = string | null | undefined;

/** Where it is, unless the input says where it shall be. */
const target = (before: Owner | undefined, objectType: Given, objectId: Given) =>
  [objectType ?? before?.objectType, objectId ?? before?.id] as const;

/** Changed in its own stream, or moved from there to an object. */
const withoutOwner = (next: Owner | undefined, metafield: Metafield, issue: Issue): Outline => {
  const { id } = metafield;
  const { at } = issue;
  if (!next)
    return { id, changes: [{ kind: 'metafield', id, command: { type: 'ReviseMetafield', metafield, at } }] };
  const outline = attached(next, metafield, issue);
  if ('refused' in outline) return outline;
  // Attached before it is gone from its own stream: a crash in between leaves it in both, never in neither.
  const gone: Change = { kind: 'metafield', id, command: { type: 'DeleteMetafield', at } };
  return { id, changes: [...outline.changes, gone] };
};

export const outlineDeleteMetafield = (
  catalog: OrgCatalog,
  { id }: CommandPayload<'delete_metafield'>,
  issue: Issue,
): Outline => {
  const found = find(catalog, id);
  if (!found) return refused(notFound(id));
  const { owner, metafield } = found;
  if (!owner) {
    return { id, changes: [{ kind: 'metafield', id, command: { type: 'DeleteMetafield', at: issue.at } }] };
  }
  if (metafield.isRequired) {
    const message = `${metafield.key} is required by ${owner.slug}; set is_required to false first.`;
    return refused(refusal('in-use', 'id', message));
  }
  const rest = owner.metafields.filter((other) => other.id !== id);
  return { id, changes: [owner.revisedWith(rest, issue.at)] };
};

type Found = Readonly<{ owner: Owner | undefined; metafield: Metafield }>;

const find = (catalog: OrgCatalog, id: string): Found | undefined => {
  const owner = ownerOf(catalog, id);
  const own = owner?.metafields.find((metafield) => metafield.id === id);
  if (own) return { owner, metafield: own };
  const state = catalog.metafield(id)?.state;
  return state?.status === 'live' ? { owner: undefined, metafield: state.metafield } : undefined;
};

/** In its object's definition, in the place that it has, or as the last. */
const attached = (owner: Owner, metafield: Metafield, { at }: Issue): Outline => {
  const { id, key } = metafield;
  if (owner.metafields.some((other) => other.id !== id && other.key === key)) {
    return refused(
      refusal('already-exists', 'key', `${owner.slug} has a metafield ${key}; change that one.`),
    );
  }
  const isThere = owner.metafields.some((other) => other.id === id);
  const metafields = isThere
    ? owner.metafields.map((other) => (other.id === id ? metafield : other))
    : [...owner.metafields, metafield];
  return { id, changes: [owner.revisedWith(metafields, at)] };
};

const settled = ({ slug }: Owner): Refusal =>
  refusal(
    'invalid',
    'object_id',
    `It belongs to ${slug} and stays there; make another one for another object.`,
  );

const notFound = (id: string) =>
  refusal('not-found', 'id', `No metafield has the id ${id}; the metafields query lists them.`);
