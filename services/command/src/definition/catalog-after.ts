import { action, connection, workflow, type Decider, type Event, type Refusal } from '@karrio/domain';
import type { ActionEntry, ConnectionEntry, OrgCatalog, WorkflowEntry } from '../catalog/catalog.ts';
import type { Entry } from '../catalog/entries.ts';
import type { Change } from './change.ts';

/**
 * The catalog as it would be after an outline's changes, or why they would be refused. What a plan is made of is
 * in it: workflows, actions and connections.
 */
export const catalogAfter = (
  catalog: OrgCatalog,
  changes: readonly Change[],
): Readonly<{ catalog: OrgCatalog }> | Readonly<{ refused: readonly Refusal[] }> => {
  const workflows = overlay<WorkflowEntry>(catalog.workflow);
  const actions = overlay<ActionEntry>(catalog.action);
  const connections = overlay<ConnectionEntry>(catalog.connection);
  const refused: Refusal[] = [];
  const apply = <State, Command, E extends Event>(
    layer: Layer<Entry<State>>,
    id: string,
    decider: Decider<State, Command, E, Refusal>,
    command: Command,
  ): void => {
    const before = layer.get(id) ?? { id, org: '', state: decider.initial, revision: -1, createdBy: '' };
    const decision = decider.decide(before.state, command);
    if ('rejected' in decision) {
      refused.push(decision.rejected);
      return;
    }
    const state = decision.accepted.reduce(decider.evolve, before.state);
    layer.set({ ...before, state, revision: before.revision + decision.accepted.length });
  };
  for (const change of changes) {
    if (change.kind === 'workflow') apply(workflows, change.id, workflow, change.command);
    if (change.kind === 'action') apply(actions, change.id, action, change.command);
    if (change.kind === 'connection') apply(connections, change.id, connection, change.command);
  }
  if (refused.length > 0) return { refused };
  const after: OrgCatalog = {
    ...catalog,
    workflow: workflows.get,
    action: actions.get,
    connection: connections.get,
    actionBySlug: (slug) => actions.find((entry) => hasSlug(entry, slug)) ?? catalog.actionBySlug(slug),
  };
  return { catalog: after };
};

const hasSlug = ({ state }: ActionEntry, slug: string): boolean =>
  state.status === 'live' && state.slug === slug;

const overlay = <E extends Readonly<{ id: string }>>(below: (id: string) => E | undefined) => {
  const changed = new Map<string, E>();
  return {
    get: (id: string): E | undefined => changed.get(id) ?? below(id),
    set: (entry: E): void => void changed.set(entry.id, entry),
    find: (matches: (entry: E) => boolean): E | undefined => [...changed.values()].find(matches),
  };
};
type Layer<E extends Readonly<{ id: string }>> = Pick<ReturnType<typeof overlay<E>>, 'get' | 'set'>;
