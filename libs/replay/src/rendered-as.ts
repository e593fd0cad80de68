import type { Planned, StepView } from '@karrio/actions';
import type { Plan, PlannedAction, RunEvent, RunRequest, RunState } from '@karrio/domain';
import { differencesOf, type Difference } from './difference.ts';
import { contextOf, valueOf } from './recorded-run.ts';
import type { Render } from './render-masked.ts';

type Rendered = Readonly<{
  plan: Plan;
  request: RunRequest;
  state: RunState;
  event: RunEvent;
  /** Of every action that has succeeded so far. */
  steps: Readonly<Record<string, StepView>>;
  render: Render;
}>;

type Complaint = Readonly<{ message: string; differences: readonly Difference[] }>;

/** Renders an action again at the time of its attempt, and says where the result is not what was recorded. */
export const renderedAs = (given: Rendered): Complaint | undefined => {
  const { plan, event, state, request, steps, render } = given;
  if (!('slug' in event.data) || state.status !== 'open') return undefined;
  const { slug, order } = event.data;
  const isUnderWay = state.actions.has(slug) && event.type !== 'ActionStarted';
  const now = timeOf(event);
  if (isUnderWay || now === undefined) return undefined;
  const action = plan.steps.flatMap((step) => step.actions).find((planned) => planned.slug === slug);
  if (!action) return { message: 'The plan has no such action.', differences: [] };
  const ofBefore = outsideOrder(plan, order, steps);
  // A repetition may have seen the others of its order, which had ended meanwhile.
  const complaints = [ofBefore, steps].map((seen) =>
    complaintAbout(action, event, render(action, contextOf(plan, request, seen, now))),
  );
  return complaints.every(Boolean) ? complaints[0] : undefined;
};

/** When the attempt began; undefined for a fact that nothing was rendered for. */
const timeOf = (event: RunEvent): string | undefined => {
  if (event.type === 'ActionStarted' || event.type === 'ActionWaiting') return event.data.at;
  return event.type === 'ActionSucceeded' || event.type === 'ActionFailed' ? event.data.startedAt : undefined;
};

const outsideOrder = (plan: Plan, order: number, steps: Rendered['steps']): Rendered['steps'] => {
  const together = new Set(
    plan.steps.filter((step) => step.order === order).flatMap((step) => step.actions.map(({ slug }) => slug)),
  );
  return Object.fromEntries(Object.entries(steps).filter(([slug]) => !together.has(slug)));
};

const complaintAbout = (
  { connection }: PlannedAction,
  event: RunEvent,
  planned: Planned,
): Complaint | undefined => {
  // What a connection lends is not opened here: only what depends on nothing of it can be told to differ.
  if (connection && event.type === 'ActionFailed') return undefined;
  const [recorded, now] = [
    shownFact(event, connection !== null),
    shownPlan(planned, connection !== null, event),
  ];
  const differences = differencesOf(recorded, now);
  return differences.length === 0 ? undefined : { message: 'It renders as something else.', differences };
};

const shownFact = (event: RunEvent, isMasked: boolean) => {
  if (event.type === 'ActionStarted') {
    const { method, url, headers, body } = event.data.request;
    return { method, url, body: body === null ? null : valueOf(body), ...(isMasked ? {} : { headers }) };
  }
  if (event.type === 'ActionFailed') return { failure: event.data.failure.code };
  if (event.type === 'ActionWaiting') return { dueAt: event.data.dueAt };
  if (event.type !== 'ActionSucceeded') return {};
  const { output, passed } = event.data;
  return { output: valueOf(output), ...(passed === undefined ? {} : { passed }) };
};

const shownPlan = (planned: Planned, isMasked: boolean, event: RunEvent) => {
  if ('failed' in planned) return { failure: planned.failed.code };
  if ('effect' in planned) {
    const { method, url, headers, body } = planned.effect.request;
    return { method, url, body, ...(isMasked ? {} : { headers }) };
  }
  // A length of time began at a moment between two that are recorded.
  if ('wait' in planned) {
    const recorded = event.type === 'ActionWaiting' ? event.data.dueAt : undefined;
    return { dueAt: 'until' in planned.wait ? planned.wait.until : recorded };
  }
  const { pure } = planned;
  if ('failed' in pure) return { failure: pure.failed.failure.code };
  const { output, passed } = pure.succeeded;
  return { output, ...(passed === undefined ? {} : { passed }) };
};
