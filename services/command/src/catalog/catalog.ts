import { parseStream } from '@karrio/contracts';
import {
  action,
  connection,
  isActionEvent,
  isConnectionEvent,
  isTriggerEvent,
  isWorkflowEvent,
  trigger,
  workflow,
  type ActionState,
  type ConnectionState,
  type TriggerState,
  type WorkflowState,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

/** An entity as the log has it: what a decision needs, and the revision that the decision is based on. */
export type Entry<State> = Readonly<{
  id: string;
  org: string;
  state: State;
  revision: number;
  /** The command that made it, so that a redelivered one recognises its own work. */
  createdBy: string;
}>;

export type WorkflowEntry = Entry<WorkflowState>;
export type ActionEntry = Entry<ActionState>;
export type ConnectionEntry = Entry<ConnectionState>;
export type TriggerEntry = Entry<TriggerState>;

/** One organisation's definitions. */
export type OrgCatalog = Readonly<{
  workflow: (id: string) => WorkflowEntry | undefined;
  workflows: () => Iterable<WorkflowEntry>;
  action: (id: string) => ActionEntry | undefined;
  /** The live action of this slug, or the last deleted one. */
  actionBySlug: (slug: string) => ActionEntry | undefined;
  connection: (id: string) => ConnectionEntry | undefined;
  /** The live connection of this slug, or the last deleted one. */
  connectionBySlug: (slug: string) => ConnectionEntry | undefined;
  trigger: (id: string) => TriggerEntry | undefined;
  triggersOf: (workflowId: string) => readonly TriggerEntry[];
  /** Rises with every change: what was derived from an older version is stale. */
  version: () => number;
}>;

/**
 * All definitions in memory, folded from the log: the write side decides on them without reading streams.
 * An append's expected revision still decides whether what was seen here was the latest.
 */
export const createCatalog = () => {
  const orgs = new Map<string, ReturnType<typeof orgCatalog>>();
  const handled = new Map<string, bigint>();
  const keyed = new Set<string>();
  let position = -1n;

  const orgOf = (org: string) => {
    const known = orgs.get(org) ?? orgCatalog(org);
    orgs.set(org, known);
    return known;
  };

  return {
    of: (org: string): OrgCatalog => orgOf(org).view,
    position: () => position,
    /** The organisations that came before data keys, or whose keys were destroyed. */
    orgsWithoutDataKey: () => [...orgs.keys()].filter((org) => !keyed.has(org)),
    reached: (to: bigint) => {
      if (to > position) position = to;
    },
    /** Takes each event once, whether it came by the subscription or from this process' own append. */
    apply: (event: Recorded) => {
      orgOf(event.metadata.org).apply(event);
      if (event.type === 'DataKeyCreated') keyed.add(event.metadata.org);
      remember(handled, event.metadata.$causationId, event.position);
    },
    /** Where the log stood after this command's last definition event, if it was handled a short while ago. */
    positionOf: (commandId: string) => handled.get(commandId),
  };
};
export type Catalog = ReturnType<typeof createCatalog>;

const handledMax = 10_000;

const remember = (handled: Map<string, bigint>, commandId: string, position: bigint) => {
  handled.delete(commandId);
  handled.set(commandId, position);
  for (const oldest of handled.keys()) {
    if (handled.size <= handledMax) return;
    handled.delete(oldest);
  }
};

const orgCatalog = (org: string) => {
  const workflows = new Map<string, WorkflowEntry>();
  const actions = new Map<string, ActionEntry>();
  const actionIds = new Map<string, string>();
  const connections = new Map<string, ConnectionEntry>();
  const connectionIds = new Map<string, string>();
  const triggers = new Map<string, TriggerEntry>();
  const triggerIds = new Map<string, Set<string>>();
  let version = 0;

  const evolve = <State>(
    entries: Map<string, Entry<State>>,
    id: string,
    event: Recorded,
    initial: State,
    fold: (state: State) => State,
  ) => {
    const known = entries.get(id);
    if (known && known.revision >= event.revision) return;
    const createdBy = known?.createdBy ?? event.metadata.$causationId;
    entries.set(id, { id, org, state: fold(known?.state ?? initial), revision: event.revision, createdBy });
    version++;
  };

  const apply = (event: Recorded) => {
    const id = parseStream(event.stream)?.id ?? '';
    if (isWorkflowEvent(event)) {
      evolve(workflows, id, event, workflow.initial, (state) => workflow.evolve(state, event));
    } else if (isActionEvent(event)) {
      if (event.type === 'ActionCreated') actionIds.set(event.data.slug, id);
      evolve(actions, id, event, action.initial, (state) => action.evolve(state, event));
    } else if (isConnectionEvent(event)) {
      if (event.type === 'ConnectionCreated') connectionIds.set(event.data.slug, id);
      evolve(connections, id, event, connection.initial, (state) => connection.evolve(state, event));
    } else if (isTriggerEvent(event)) {
      if (event.type === 'TriggerCreated') {
        const ids = triggerIds.get(event.data.workflowId) ?? new Set();
        triggerIds.set(event.data.workflowId, ids.add(id));
      }
      evolve(triggers, id, event, trigger.initial, (state) => trigger.evolve(state, event));
    }
  };

  const view: OrgCatalog = {
    workflow: (id) => workflows.get(id),
    workflows: () => workflows.values(),
    action: (id) => actions.get(id),
    actionBySlug: (slug) => actions.get(actionIds.get(slug) ?? ''),
    connection: (id) => connections.get(id),
    connectionBySlug: (slug) => connections.get(connectionIds.get(slug) ?? ''),
    trigger: (id) => triggers.get(id),
    triggersOf: (workflowId) =>
      [...(triggerIds.get(workflowId) ?? [])].flatMap((id) => {
        const found = triggers.get(id);
        return found?.state.status === 'live' ? [found] : [];
      }),
    version: () => version,
  };
  return { apply, view };
};
