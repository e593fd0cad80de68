import type { ActionDefinition } from '../definition/action.ts';
import type { WorkflowDefinition } from '../definition/workflow.ts';
import { eventGuard, type Event } from '../event.ts';
import type { JsonObject } from '../json.ts';

/** An action as it was when the plan was sealed. */
export type PlannedAction = Readonly<{ id: string; slug: string } & ActionDefinition>;

/** Actions that run together: they share an order. */
export type PlanStep = Readonly<{ order: number; actions: readonly PlannedAction[] }>;

/** A workflow resolved with its actions: all that a run needs to know, unchanged by later edits. */
export type Plan = Readonly<{
  workflowId: string;
  workflowSlug: string;
  workflowName: string;
  metadata: JsonObject;
  steps: readonly PlanStep[];
}>;

export type PlanSealed = Event<'PlanSealed', { hash: string; plan: Plan }>;

export const isPlanSealed = eventGuard<PlanSealed>({ PlanSealed: true });

type ResolvedAction = Readonly<{ id: string; slug: string; definition: ActionDefinition }>;

/** @throws Error when a node names an action that `actionOf` does not know: the caller checks before. */
export const resolvePlan = (
  workflow: Readonly<{ id: string; slug: string; definition: WorkflowDefinition }>,
  actionOf: (slug: string) => ResolvedAction | undefined,
): Plan => {
  const { name, metadata, actionNodes } = workflow.definition;
  const orders = [...new Set(actionNodes.map((node) => node.order))].sort((a, b) => a - b);
  const planned = (slug: string): PlannedAction => {
    const found = actionOf(slug);
    if (!found) throw new Error(`workflow ${workflow.id} names the unknown action ${slug}`);
    return { id: found.id, slug: found.slug, ...found.definition };
  };
  return {
    workflowId: workflow.id,
    workflowSlug: workflow.slug,
    workflowName: name,
    metadata,
    steps: orders.map((order) => ({
      order,
      actions: actionNodes.filter((node) => node.order === order).map((node) => planned(node.slug)),
    })),
  };
};
