import { tombstoneRevision } from '../log/frame.ts';

/** Whether the revisions of each stream follow each other. */
export type StreamRevisions = Readonly<{
  /** What is wrong with the event, if anything. */
  see: (stream: string, revision: number) => string | undefined;
  /** From here on a stream may begin with any revision: what stood before was scavenged. */
  allowScavenged: () => void;
  /** From here on a stream may go on with any later revision: what stood between cannot be read. */
  allowGaps: () => void;
  streams: () => number;
}>;

const ended = Number.POSITIVE_INFINITY;

export const createStreamRevisions = (): StreamRevisions => {
  /** By stream the revision that comes next, and how many of the gaps were before. */
  const seen = new Map<string, Readonly<{ next: number; gaps: number }>>();
  let gaps = 0;
  let mayBeginAnywhere = false;

  const see = (stream: string, revision: number) => {
    const known = seen.get(stream);
    const isTombstone = revision === tombstoneRevision;
    seen.set(stream, { next: isTombstone ? ended : revision + 1, gaps });
    if (known?.next === ended) return `stream ${stream} goes on behind its tombstone`;
    if (isTombstone) return undefined;
    const mayJump = known ? known.gaps < gaps : gaps > 0 || mayBeginAnywhere;
    return problemOf(stream, revision, known?.next ?? 0, mayJump);
  };

  return {
    see,
    allowScavenged: () => {
      mayBeginAnywhere = true;
    },
    allowGaps: () => {
      gaps++;
    },
    streams: () => seen.size,
  };
};

const problemOf = (stream: string, revision: number, next: number, mayJump: boolean) =>
  revision === next || (revision > next && mayJump)
    ? undefined
    : `revision ${String(revision)} of stream ${stream} stands where ${String(next)} should`;
