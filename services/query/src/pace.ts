/** How long a batch may wait for company while there is load. */
const restMs = 20;
/** A batch of so few streams is somebody waiting for an answer; of more, it is load. */
const quietStreamsMax = 2;

/**
 * The pause after a batch. Under load a batch every 20 ms costs a third of the CPU of a batch per append,
 * since a run's events then meet in one row; when it is quiet, what comes next is projected at once.
 */
export const restAfter = (streams: number, tookMs: number): number =>
  streams <= quietStreamsMax ? 0 : Math.max(0, restMs - tookMs);
