import type { StepView } from '@karrio/actions';
import {
  evolveRun,
  next,
  noRun,
  takeOver,
  type Next,
  type Performance,
  type Plan,
  type RunEvent,
  type RunState,
} from '@karrio/domain';
import { differencesOf, type Difference } from './difference.ts';
import { requestOf, stepViewOf, successOf } from './recorded-run.ts';
import { renderMasked, type Render } from './render-masked.ts';
import { renderedAs } from './rendered-as.ts';

/** The first fact that the interpreter would not have written; `index` counts the run's events from 0. */
export type Departure = Readonly<{
  index: number;
  type: RunEvent['type'];
  slug?: string;
  message: string;
  differences: readonly Difference[];
}>;

export type Replayed = Readonly<{ same: true; events: number }> | Readonly<{ same: false; first: Departure }>;

type Complaint = Readonly<{ message: string; differences?: readonly Difference[] }>;

/**
 * Follows a recorded run with the interpreter that wrote it: at each fact of an executor it asks what was to be
 * done, and renders again what was rendered. What people and other systems did is taken as it was. Large values
 * stand in the events.
 */
export const replay = (plan: Plan, events: readonly RunEvent[], render: Render = renderMasked): Replayed => {
  const request = requestOf(events);
  const [begin] = events;
  if (begin?.type !== 'RunRequested' || !request) {
    const message = 'The stream does not begin with RunRequested.';
    return departed(0, begin ?? { type: 'RunRequested' }, { message });
  }
  const steps: Record<string, StepView> = {};
  let state = evolveRun(noRun, begin);
  let before = begin.data.at;
  for (const [index, event] of [...events.entries()].slice(1)) {
    const { at } = event.data;
    const complaint =
      complaintAt({ plan, state, event, at, before }, events, index) ??
      renderedAs({ plan, request, state, event, steps, render });
    if (complaint) return departed(index, event, complaint);
    state = evolveRun(state, event);
    before = at;
    const success = successOf(event);
    if (success) steps[success.slug] = stepViewOf(success);
  }
  return over(state, events, begin);
};

const over = (state: RunState, events: readonly RunEvent[], begin: RunEvent): Replayed =>
  state.status === 'ended'
    ? { same: true, events: events.length }
    : departed(events.length, begin, { message: 'The run is not over; only one that is can be replayed.' });

const departed = (
  index: number,
  event: Pick<RunEvent, 'type'> & Partial<Pick<RunEvent, 'data'>>,
  { message, differences = [] }: Complaint,
): Replayed => {
  const slug = event.data && 'slug' in event.data ? { slug: event.data.slug } : {};
  return { same: false, first: { index, type: event.type, ...slug, message, differences } };
};

type Moment = Readonly<{ plan: Plan; state: RunState; event: RunEvent; at: string; before: string }>;

const controls: ReadonlySet<RunEvent['type']> = new Set([
  'RunCancelRequested',
  'RunHeld',
  'RunPaused',
  'RunResumed',
  'RunRedriven',
  'RunTakenAgain',
  'ActionSettled',
  'ActionReused',
  'ActionCompletedLate',
]);

/** So many facts of people may have reached the log between a decision and its append. */
const controlsMax = 10;

/**
 * What was decided before a person's fact may stand behind it, and a moment later than it was decided: the fact
 * fits if it fits what was known, or at the time of the fact before.
 */
const complaintAt = (moment: Moment, events: readonly RunEvent[], index: number): Complaint | undefined => {
  const { event } = moment;
  if (controls.has(event.type)) return undefined;
  const complaint = misfit(moment);
  if (!complaint || !misfit({ ...moment, at: moment.before })) return undefined;
  const before = events.slice(0, index);
  const unseen = before.filter(({ type }) => people.has(type)).slice(-controlsMax);
  for (let count = 1; count <= unseen.length; count++) {
    const hidden = new Set(unseen.slice(-count));
    const known = before.filter((fact) => !hidden.has(fact)).reduce(evolveRun, noRun);
    if (!misfit({ ...moment, state: known })) return undefined;
  }
  return complaint;
};

const people: ReadonlySet<RunEvent['type']> = new Set(['RunCancelRequested', 'RunPaused', 'RunResumed']);

const misfit = ({ plan, state, event, at }: Moment): Complaint | undefined => {
  if (state.status !== 'open') return { message: 'The run had ended before.' };
  if (event.type === 'RunStarted') {
    return state.startedAt === undefined ? undefined : { message: 'The run had begun before.' };
  }
  if (event.type === 'RunParked' && event.data.cause === 'executor-failed') return undefined;
  if (isOfAction(event)) return misfitOfAction(plan, state, event, at);
  return misfitOfRun(next(plan, state, at), event);
};

const misfitOfRun = (due: Next, event: RunEvent): Complaint | undefined => {
  if (event.type === 'RunWaiting') {
    return 'waitUntil' in due ? compared(event.data.until, due.waitUntil) : unexpected(due);
  }
  if (event.type === 'RunParked' && event.data.cause === 'rate-held') {
    return asksFor(due, event.data.action) ? undefined : unexpected(due);
  }
  if (event.type === 'RunParked') {
    return 'park' in due ? compared(event.data.action, due.park.data.action) : unexpected(due);
  }
  if (!('conclude' in due)) return unexpected(due);
  const { conclude } = due;
  return compared(conclusionOf(event), conclusionOf(conclude));
};

/** It was asked whether a person had decided, and nobody had. */
const asksFor = (due: Next, action: string | undefined): boolean =>
  'perform' in due && due.perform.some(({ as, attempt }) => as === 'ask' && attempt.slug === action);

/** Messages are for people, and may be said better by another build. */
const conclusionOf = ({ type, data }: RunEvent) => ({
  type,
  ...('failure' in data && data.failure && { code: data.failure.code }),
  ...('failure' in data && data.failure && 'action' in data.failure && { action: data.failure.action }),
  ...('condition' in data && { condition: data.condition }),
});

const compared = (recorded: unknown, now: unknown): Complaint | undefined => {
  const differences = differencesOf(recorded, now);
  return differences.length === 0 ? undefined : { message: 'It would be another one.', differences };
};

type ActionEvent = Extract<RunEvent, { readonly data: { readonly slug: string } }>;

const isOfAction = (event: RunEvent): event is ActionEvent => 'slug' in event.data;

const misfitOfAction = (
  plan: Plan,
  state: Extract<RunState, { readonly status: 'open' }>,
  event: ActionEvent,
  at: string,
): Complaint | undefined => {
  const { slug, attempt } = event.data;
  const progress = state.actions.get(slug);
  if (progress?.is === 'started' && event.type !== 'ActionStarted') {
    if (progress.attempt !== attempt) return { message: `Attempt ${progress.attempt} was under way.` };
    return event.type === 'ActionOutcomeUnknown' ? resolved(plan, state, event, at) : undefined;
  }
  const due = next(plan, state, at);
  const performs = 'perform' in due ? due.perform : [];
  const isDue = (one: Performance) =>
    one.attempt.slug === slug && one.attempt.attempt === attempt && mayWrite(one.as, event.type);
  return performs.some(isDue) ? undefined : unexpected(due);
};

const mayWrite = (as: Performance['as'], type: RunEvent['type']): boolean => {
  if (as === 'probe') return type === 'ActionProbed';
  if (as === 'ask') return type === 'ActionSucceeded' || type === 'ActionFailed';
  return as === 'resume' || type !== 'ActionProbed';
};

/** What is done about an unknown outcome is the action's policy, as it is after the death of an executor. */
const resolved = (
  plan: Plan,
  state: RunState,
  { data }: Extract<RunEvent, { readonly type: 'ActionOutcomeUnknown' }>,
  at: string,
) => {
  const unknown = takeOver(plan, state, at).find((taken) => taken.data.slug === data.slug);
  return compared(data.resolution, unknown?.data.resolution);
};

const unexpected = (due: Next): Complaint => ({ message: `The interpreter would ${told(due)}.` });

const told = (due: Next): string => {
  if ('perform' in due) {
    return `perform ${due.perform.map(({ as, attempt }) => `${attempt.slug} (${as} ${attempt.attempt})`).join(', ')}`;
  }
  if ('waitUntil' in due) return `wait until ${due.waitUntil}`;
  if ('park' in due) return 'park the run';
  return 'conclude' in due ? `write ${due.conclude.type}` : `do nothing (${due.idle})`;
};
