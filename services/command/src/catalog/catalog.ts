import { parseStream } from '@karrio/contracts';
import {
  action,
  connection,
  metafield,
  isActionEvent,
  isConnectionEvent,
  isMetafieldEvent,
  isPauseEvent,
  isRuleEvent,
  isTriggerEvent,
  isWorkflowEvent,
  pause,
  shippingRule,
  trigger,
  workflow,
  type ActionState,
  type ConnectionState,
  type Metafield,
  type MetafieldState,
  type PauseState,
  type RuleState,
  type TriggerState,
  type WorkflowState,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { createMemberships } from '../access/memberships.ts';
import { createEntries, type Entry } from './entries.ts';

export type WorkflowEntry = Entry<WorkflowState>;
export type ActionEntry = Entry<ActionState>;
export type ConnectionEntry = Entry<ConnectionState>;
export type MetafieldEntry = Entry<MetafieldState>;
export type PauseEntry = Entry<PauseState>;
export type RuleEntry = Entry<RuleState>;
export type TriggerEntry = Entry<TriggerState>;

/** One organisation's definitions. */
export type OrgCatalog = Readonly<{
  workflow: (id: string) => WorkflowEntry | undefined;
  workflows: () => Iterable<WorkflowEntry>;
  action: (id: string) => ActionEntry | undefined;
  actions: () => Iterable<ActionEntry>;
  /** The live action of this slug, or the last deleted one. */
  actionBySlug: (slug: string) => ActionEntry | undefined;
  connection: (id: string) => ConnectionEntry | undefined;
  connections: () => Iterable<ConnectionEntry>;
  /** The live connection of this slug, or the last deleted one. */
  connectionBySlug: (slug: string) => ConnectionEntry | undefined;
  /** One that is attached to nothing. */
  metafield: (id: string) => MetafieldEntry | undefined;
  metafields: () => Iterable<MetafieldEntry>;
  /** The id of the action or the connection that has, or had, this metafield. */
  ownerOfMetafield: (metafieldId: string) => string | undefined;
  /** By the id of a workflow or of the organisation. */
  pause: (id: string) => PauseEntry | undefined;
  rule: (id: string) => RuleEntry | undefined;
  rules: () => Iterable<RuleEntry>;
  trigger: (id: string) => TriggerEntry | undefined;
  triggers: () => Iterable<TriggerEntry>;
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
  const memberships = createMemberships();
  let position = -1n;

  const orgOf = (org: string) => {
    const known = orgs.get(org) ?? orgCatalog(org);
    orgs.set(org, known);
    return known;
  };

  return {
    of: (org: string): OrgCatalog => orgOf(org).view,
    organizationsOf: memberships.of,
    /** Whether anything is known of an organisation. */
    has: (org: string) => orgs.has(org),
    position: () => position,
    orgs: () => [...orgs.keys()],
    /** The organisations that came before data keys, or whose keys were destroyed. */
    orgsWithoutDataKey: () => [...orgs.keys()].filter((org) => !keyed.has(org)),
    reached: (to: bigint) => {
      if (to > position) position = to;
    },
    /** Takes each event once, whether it came by the subscription or from this process' own append. */
    apply: (event: Recorded) => {
      orgOf(event.metadata.org).apply(event);
      memberships.apply(event);
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
  const { slugs, owners, triggerIds, ...byKind } = kindsOf(org);
  const { workflows, actions, connections, metafields, pauses, rules, triggers } = byKind;
  const kinds = Object.values(byKind);
  let version = 0;

  const view: OrgCatalog = {
    workflow: workflows.get,
    workflows: workflows.all,
    action: actions.get,
    actions: actions.all,
    actionBySlug: (slug) => actions.get(slugs.action.get(slug)),
    connection: connections.get,
    connections: connections.all,
    connectionBySlug: (slug) => connections.get(slugs.connection.get(slug)),
    metafield: metafields.get,
    metafields: metafields.all,
    ownerOfMetafield: (metafieldId) => owners.get(metafieldId),
    pause: pauses.get,
    rule: rules.get,
    rules: rules.all,
    trigger: triggers.get,
    triggers: triggers.all,
    triggersOf: (workflowId) =>
      [...(triggerIds.get(workflowId) ?? [])].flatMap((id) => {
        const found = triggers.get(id);
        return found?.state.status === 'live' ? [found] : [];
      }),
    version: () => version,
  };
  const apply = (event: Recorded) => {
    const id = parseStream(event.stream)?.id ?? '';
    if (kinds.some((kind) => kind.take(id, event))) version++;
  };
  return { apply, view };
};

/** The entities of each kind, and by what else they are found. */
const kindsOf = (org: string) => {
  const slugs = { action: new Map<string, string>(), connection: new Map<string, string>() };
  const triggerIds = new Map<string, Set<string>>();
  const owners = new Map<string, string>();
  const own = (ownerId: string, fields: readonly Metafield[] = []) => {
    for (const field of fields) owners.set(field.id, ownerId);
  };
  return {
    slugs,
    triggerIds,
    owners,
    workflows: createEntries(org, { isOne: isWorkflowEvent, ...workflow }),
    pauses: createEntries(org, { isOne: isPauseEvent, ...pause }),
    rules: createEntries(org, { isOne: isRuleEvent, ...shippingRule }),
    metafields: createEntries(org, { isOne: isMetafieldEvent, ...metafield }),
    actions: createEntries(org, {
      isOne: isActionEvent,
      ...action,
      index: (id, { type, data }) => {
        if (type === 'ActionCreated') slugs.action.set(data.slug, id);
        if (type !== 'ActionDeleted') own(id, data.definition.metafields);
      },
    }),
    connections: createEntries(org, {
      isOne: isConnectionEvent,
      ...connection,
      index: (id, { type, data }) => {
        if (type === 'ConnectionCreated') slugs.connection.set(data.slug, id);
        if (type !== 'ConnectionDeleted') own(id, data.definition.metafields);
      },
    }),
    triggers: createEntries(org, {
      isOne: isTriggerEvent,
      ...trigger,
      index: (id, { type, data }) => {
        if (type !== 'TriggerCreated') return;
        const ids = triggerIds.get(data.workflowId) ?? new Set();
        triggerIds.set(data.workflowId, ids.add(id));
      },
    }),
  };
};
