/** How long the next batch waits for company after one that told of runs. */
const restMs = 20;

/**
 * The pause after a batch. A run's events follow each other within milliseconds: a batch every 20 ms has most
 * of a run in one row, and costs a third of the CPU of a batch per append, at one run at a time as under load.
 * A change of definitions is somebody waiting for an answer: what comes after it is projected at once.
 */
export const restAfter = (touchesRuns: boolean, tookMs: number): number =>
  touchesRuns ? Math.max(0, restMs - tookMs) : 0;
