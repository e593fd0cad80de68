import type { RunRow } from './schema.ts';

/** What a run's `status` is too coarse to say. */
export const runStates = ['waiting', 'held', 'paused', 'parked', 'cancelling', 'outcome_unknown'] as const;
export type RunState = (typeof runStates)[number];

type Seen = Pick<RunRow, 'state' | 'ended_at' | 'cancel' | 'parked' | 'is_paused'>;

/**
 * What holds a run comes first: what it does is said again once it goes on. `isHeld`: its workflow or its
 * organisation is paused.
 */
export const runStateOf = (
  { state, ended_at, cancel, parked, is_paused }: Seen,
  isHeld: boolean,
): RunState | null => {
  if (ended_at !== null) return state;
  if (cancel) return 'cancelling';
  if (parked) return 'parked';
  if (is_paused) return 'paused';
  return isHeld ? 'held' : state;
};
