import { laterActionFields, type ActionDefinition } from '../definition/action.ts';
import type { ConnectionDefinition } from '../definition/connection.ts';
import { plainValues } from '../definition/metafield.ts';
import { laterWorkflowFields, type FailurePolicy, type WorkflowDefinition } from '../definition/workflow.ts';
import { eventGuard, type Event } from '../event.ts';
import type { Json, JsonObject } from '../json.ts';

type WithoutSecrets<T> = Omit<T, 'metafields'> & Readonly<{ metafields: Readonly<Record<string, Json>> }>;

/**
 * A connection as it was when the plan was sealed, but for its secrets: these are read at the moment of sending,
 * so that a rotated one takes effect at once. `revision` is that of the connection's stream.
 */
export type PlannedConnection = Readonly<{ id: string; slug: string; revision: number }> &
  WithoutSecrets<Omit<ConnectionDefinition, 'credentials'>>;

/** An action as it was when the plan was sealed. */
export type PlannedAction = Readonly<{ id: string; slug: string; connection: PlannedConnection | null }> &
  WithoutSecrets<Omit<ActionDefinition, 'connectionId'>>;

/** Actions that run together: they share an order. */
export type PlanStep = Readonly<{ order: number; actions: readonly PlannedAction[] }>;

/** A workflow resolved with its actions: all that a run needs to know, unchanged by later edits. */
export type Plan = Readonly<{
  workflowId: string;
  workflowSlug: string;
  workflowName: string;
  metadata: JsonObject;
  runTimeoutMs: number | null;
  onFailure: FailurePolicy;
  steps: readonly PlanStep[];
}>;

export type PlanSealed = Event<'PlanSealed', { hash: string; plan: Plan }>;

export const isPlanSealed = eventGuard<PlanSealed>({ PlanSealed: true });

type PlanLater = keyof typeof laterWorkflowFields;

/** A plan as its event has it, with what fields mean that are younger than the event. */
export const completePlan = (plan: Omit<Plan, PlanLater> & Partial<Pick<Plan, PlanLater>>): Plan => ({
  ...laterWorkflowFields,
  ...plan,
  steps: plan.steps.map((step) => ({ ...step, actions: step.actions.map(completed) })),
});

type Later = 'templateEngine' | 'connection' | 'http' | 'metafields';

const completed = (
  action: Omit<PlannedAction, Later> & Partial<Pick<PlannedAction, Later>>,
): PlannedAction => ({
  ...laterActionFields,
  connection: null,
  metafields: {},
  ...action,
  http: { ...laterActionFields.http, ...action.http },
});

type ResolvedAction = Readonly<{ id: string; slug: string; definition: ActionDefinition }>;
type ResolvedConnection = Readonly<{
  id: string;
  slug: string;
  revision: number;
  definition: ConnectionDefinition;
}>;

/** What a plan is resolved from. */
export type Definitions = Readonly<{
  actionOf: (slug: string) => ResolvedAction | undefined;
  connectionOf: (id: string) => ResolvedConnection | undefined;
}>;

/** @throws Error when something is named that the definitions do not hold: the caller checks before. */
export const resolvePlan = (
  workflow: Readonly<{ id: string; slug: string; definition: WorkflowDefinition }>,
  { actionOf, connectionOf }: Definitions,
): Plan => {
  const { name, metadata, actionNodes, runTimeoutMs, onFailure } = workflow.definition;
  const orders = [...new Set(actionNodes.map((node) => node.order))].sort((a, b) => a - b);
  const plannedAction = (slug: string): PlannedAction => {
    const found = actionOf(slug);
    if (!found) throw new Error(`workflow ${workflow.id} names the unknown action ${slug}`);
    const { connectionId, metafields, ...definition } = found.definition;
    const used = connectionId === null ? null : connectionOf(connectionId);
    if (used === undefined) throw new Error(`action ${slug} names the unknown connection ${connectionId}`);
    const { id } = found;
    return {
      id,
      slug,
      ...definition,
      metafields: plainValues(metafields),
      connection: used && planned(used),
    };
  };
  return {
    workflowId: workflow.id,
    workflowSlug: workflow.slug,
    workflowName: name,
    metadata,
    runTimeoutMs,
    onFailure,
    steps: orders.map((order) => ({
      order,
      actions: actionNodes.filter((node) => node.order === order).map((node) => plannedAction(node.slug)),
    })),
  };
};

const planned = ({ id, slug, revision, definition }: ResolvedConnection): PlannedConnection => {
  const { credentials: _, metafields, ...plain } = definition;
  return { id, slug, revision, ...plain, metafields: plainValues(metafields) };
};
