import type { HttpMethod, RetryPolicy, UnknownResolution } from '../definition/action.ts';
import type { PlannedAction } from '../plan/plan.ts';
import type { ActionFailed, ActionOutcomeUnknown, ActionRetryScheduled } from './event.ts';

/** What holds where an action does not say. */
export const defaultRetryPolicy: RetryPolicy = {
  retriesMax: 3,
  baseDelayMs: 1_000,
  delayMsMax: 60_000,
  statuses: ['408', '425', '429', '500', '502', '503', '504', '522', '524'],
};

/**
 * What another attempt of a failed one would be. `safe`: the request never reached the server, or was answered
 * with a status that asks for another; under the same key it may be sent again whatever its method. `unsure`: it
 * left and no answer came.
 */
export type Recovery = Readonly<{ again: 'safe' | 'unsure'; afterMs?: number }>;

/** The executor that has a run in hand spends a wait up to this long itself; the scheduler ends longer ones. */
export const shortWaitMs = 2_000;

/** Who asks for more than this is not waited for. */
const afterMsMax = 3_600_000;

/** Methods whose repetition has the effect of one request (RFC 9110 §9.2.2). */
const repeatable: ReadonlySet<HttpMethod> = new Set(['get', 'put', 'delete']);

/** What the action's author says about an unknown outcome, or else what its method allows. */
export const resolutionOf = ({ method, http }: Pick<PlannedAction, 'method' | 'http'>): UnknownResolution =>
  http.onUnknown ?? (repeatable.has(method ?? 'get') ? 'retry' : 'park');

/**
 * What becomes of a failed attempt: its end, another attempt at a time that is recorded here once and for all,
 * or an outcome that nobody knows. `chance` is what a die gave, from 0 to 1.
 */
export const afterFailure = (
  action: Pick<PlannedAction, 'method' | 'http'>,
  failed: ActionFailed['data'],
  recovery: Recovery | undefined,
  chance: number,
): ActionFailed | ActionRetryScheduled | ActionOutcomeUnknown => {
  const resolution = resolutionOf(action);
  if (recovery?.again === 'unsure' && resolution !== 'retry') {
    return { type: 'ActionOutcomeUnknown', data: { ...failed, resolution } };
  }
  const policy = action.http.retry ?? defaultRetryPolicy;
  const isOver = !recovery || failed.attempt > policy.retriesMax || (recovery.afterMs ?? 0) > afterMsMax;
  if (isOver) return { type: 'ActionFailed', data: failed };
  const delayMs = Math.max(backoffMs(policy, failed.attempt, chance), recovery.afterMs ?? 0);
  const dueAt = new Date(Date.parse(failed.at) + delayMs).toISOString();
  return { type: 'ActionRetryScheduled', data: { ...failed, dueAt } };
};

/** Doubling from the base, a quarter up or down so that what failed together does not come back together. */
const backoffMs = ({ baseDelayMs, delayMsMax }: RetryPolicy, attempt: number, chance: number): number =>
  Math.round(Math.min(delayMsMax, baseDelayMs * 2 ** (attempt - 1) * (0.75 + chance / 2)));
