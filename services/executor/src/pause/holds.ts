import type { RunEvent, RunState } from '@karrio/domain';
import type { Pauses } from './pauses.ts';

/**
 * Whether the run stays where it is, since its workflow or its organisation is paused. A cancellation goes on:
 * it begins nothing.
 */
export const isHeld = (pauses: Pauses, org: string, run: RunState): boolean =>
  run.status === 'open' && !run.cancel && pauses.isHeld(org, run.request.workflowId);

/** The pauses that ended while the run was open, of which its stream does not know yet. */
export const holdsOf = (pauses: Pauses, org: string, run: RunState, at: string): readonly RunEvent[] => {
  if (run.status !== 'open') return [];
  const { request, heldUntil = request.at } = run;
  return pauses.endedSince(org, request.workflowId, heldUntil).map(({ scope, since, until, by, reason }) => ({
    type: 'RunHeld',
    data: { scope, since, until, by, ...(reason === null ? {} : { reason }), at },
  }));
};
