import { isAsking } from '../definition/action.ts';
import type { Plan, PlannedAction } from '../plan/plan.ts';
import type { ActionReused, RunOrigin } from './event.ts';
import type { ActionProgress } from './state.ts';

/** An action that a rerun performs again: `hadEffect` where its request left in the run that is repeated. */
export type RepeatedAction = Readonly<{
  slug: string;
  actionType: PlannedAction['actionType'];
  method: PlannedAction['method'];
  hadEffect: boolean;
}>;

export type RerunPlan = Readonly<{ reused: readonly ActionReused[]; repeated: readonly RepeatedAction[] }>;

type Original = Readonly<{ runId: string; actions: ReadonlyMap<string, ActionProgress> }>;

/**
 * What a rerun takes over from the run that it repeats, and what it does again: from the step on that it begins
 * with. A step that lies before and has no recorded outcome cannot be taken over.
 */
export const planRerun = (
  plan: Plan,
  original: Original,
  { kind, from }: Pick<RunOrigin, 'kind' | 'from'>,
  at: string,
): RerunPlan | { readonly missing: string } | { readonly unknown: string } => {
  const begin = beginOf(plan, original, kind, from);
  if (begin === undefined) return { unknown: from ?? '' };
  const reused: ActionReused[] = [];
  const repeated: RepeatedAction[] = [];
  for (const { action, order } of inOrder(plan)) {
    const progress = original.actions.get(action.slug);
    const isKept = order < begin || (order === begin && kind === 'from-failed');
    if (isKept && progress?.is === 'succeeded') {
      reused.push(reusedFrom(original.runId, action, order, progress, at));
    } else if (order < begin) {
      return { missing: action.slug };
    } else {
      repeated.push(repeatedOf(action, progress !== undefined));
    }
  }
  return { reused, repeated };
};

const inOrder = (plan: Plan) =>
  plan.steps.flatMap(({ order, actions }) => actions.map((action) => ({ action, order })));

const repeatedOf = ({ slug, actionType, method }: PlannedAction, hadBegun: boolean): RepeatedAction => ({
  slug,
  actionType,
  method,
  hadEffect: isAsking(actionType) && hadBegun,
});

/** The order that the rerun begins with; behind every order where nothing failed. */
const beginOf = (
  plan: Plan,
  { actions }: Original,
  kind: RunOrigin['kind'],
  from: string | null,
): number | undefined => {
  if (kind === 'whole') return Number.NEGATIVE_INFINITY;
  const isBegin =
    kind === 'fork'
      ? ({ slug }: PlannedAction) => slug === from
      : ({ slug }: PlannedAction) => actions.get(slug)?.is !== 'succeeded';
  const found = plan.steps.find((step) => step.actions.some(isBegin));
  if (found) return found.order;
  return kind === 'fork' ? undefined : Number.POSITIVE_INFINITY;
};

const reusedFrom = (
  runId: string,
  action: PlannedAction,
  order: number,
  { attempt, output, passed, response }: Extract<ActionProgress, { is: 'succeeded' }>,
  at: string,
): ActionReused => ({
  type: 'ActionReused',
  data: {
    slug: action.slug,
    actionId: action.id,
    actionType: action.actionType,
    order,
    attempt,
    runId,
    output,
    passed,
    ...(response && { response }),
    at,
  },
});
