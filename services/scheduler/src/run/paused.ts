import type { PauseEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { OpenRun } from './open-run.ts';

/** The workflows and organisations that are paused, by their ids. */
export const createPaused = () => {
  const paused = new Set<string>();
  let seen: bigint | undefined;
  return {
    take: (id: string, { type, position }: Recorded<PauseEvent>): void => {
      seen = position;
      if (type === 'RunsPaused') paused.add(id);
      else paused.delete(id);
    },
    restore: (ids: readonly string[]): void => ids.forEach((id) => paused.add(id)),
    all: (): readonly string[] => [...paused],
    /** A cancellation goes on: it begins nothing. */
    holds: ({ org, workflowId = '', isCancelled }: OpenRun): boolean =>
      isCancelled !== true && (paused.has(org) || paused.has(workflowId)),
    /** Where in the log the last pause or resume stands that was taken. */
    seen: () => seen,
  };
};
