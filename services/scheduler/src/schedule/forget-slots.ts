import type { OccurrencesForgotten } from '@karrio/domain';
import type { TimedTrigger } from './timed-trigger.ts';

/** So many lines, as a part of those that are kept, go at once: to forget costs two appends. */
const portion = 10;

/**
 * What is to be forgotten of a ledger that has more lines than are kept. A line whose run is not in the log yet stays,
 * and with it all after it: without it nobody would ask for the run.
 */
export const forgetSlots = (
  { workflowId, revision, keptFrom, pending }: TimedTrigger,
  linesKept: number,
  nowMs: number,
): OccurrencesForgotten | undefined => {
  const before = Math.min(revision + 1 - linesKept, ...pending.map((run) => run.revision));
  if (before - keptFrom < Math.max(1, linesKept / portion)) return undefined;
  return { type: 'OccurrencesForgotten', data: { workflowId, before, at: new Date(nowMs).toISOString() } };
};
