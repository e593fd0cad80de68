import type { ConnectionCommand } from '@karrio/domain';
import type { ConnectionEntry, OrgCatalog } from '../catalog/catalog.ts';
import type { Change } from './change.ts';

/** The catalog as it will be after these changes, as far as one input can change a connection twice. */
export const withPending = (catalog: OrgCatalog, changes: readonly Change[]): OrgCatalog => {
  const pending = new Map<string, ConnectionEntry>();
  for (const { kind, id, command } of changes) {
    if (kind === 'connection') pending.set(id, entryAfter(catalog.connection(id), id, command));
  }
  if (pending.size === 0) return catalog;
  const bySlug = new Map(
    [...pending.values()].map((entry) => [entry.state.status === 'live' ? entry.state.slug : '', entry]),
  );
  return {
    ...catalog,
    connection: (id) => pending.get(id) ?? catalog.connection(id),
    connectionBySlug: (slug) => bySlug.get(slug) ?? catalog.connectionBySlug(slug),
  };
};

const entryAfter = (
  known: ConnectionEntry | undefined,
  id: string,
  command: ConnectionCommand,
): ConnectionEntry => {
  const before = known ?? { id, org: '', state: { status: 'absent' }, revision: -1, createdBy: '' };
  const { state } = before;
  switch (command.type) {
    case 'CreateConnection': {
      const { slug, definition } = command;
      return { ...before, state: { status: 'live', id, slug, definition } };
    }
    case 'ReviseConnection':
      return state.status === 'live'
        ? { ...before, state: { ...state, definition: command.definition } }
        : before;
    case 'DeleteConnection':
      return { ...before, state: { status: 'deleted' } };
  }
};

/** One change for each connection: each was decided on the one before it, so the last says all. */
export const collapsed = (changes: readonly Change[]): readonly Change[] => {
  const result: Change[] = [];
  for (const change of changes) {
    const place = result.findIndex(({ kind, id }) => kind === change.kind && id === change.id);
    const merged = mergedWith(result[place], change);
    if (merged) result[place] = merged;
    else result.push(change);
  }
  return result;
};

const mergedWith = (earlier: Change | undefined, later: Change): Change | undefined => {
  if (earlier?.kind !== 'connection' || later.kind !== 'connection') return undefined;
  if (later.command.type !== 'ReviseConnection' || earlier.command.type === 'DeleteConnection')
    return undefined;
  return { ...earlier, command: { ...earlier.command, definition: later.command.definition } };
};
