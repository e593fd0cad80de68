import type { FrameHeader } from '../log/frame.ts';
import { segmentHeaderBytes } from '../log/segment-file.ts';

/** Whether the events of each append stand together, all of them. */
export type Appends = Readonly<{
  follow: (header: Pick<FrameHeader, 'remaining'>, offset: number, end: number) => void;
  /** What is before this offset is damaged. */
  skipTo: (offset: number) => void;
  /** The offset behind the last whole append. */
  wholeTo: () => number;
}>;

/** A scavenge may take some events of an append and leave others. */
export const followAppends = (
  mustBeWhole: boolean,
  report: (offset: number, problem: string) => void,
): Appends => {
  let wholeTo = segmentHeaderBytes;
  /** How many events the append still needs; undefined where its beginning was not seen. */
  let due: number | undefined = 0;

  const follow = ({ remaining }: Pick<FrameHeader, 'remaining'>, offset: number, end: number) => {
    const isExpected = due === undefined || due === 0 || remaining === due - 1;
    if (mustBeWhole && !isExpected)
      report(offset, `${String(due)} more events of the append before should stand here`);
    due = remaining;
    if (remaining === 0) wholeTo = end;
  };

  const skipTo = (offset: number) => {
    wholeTo = offset;
    due = undefined;
  };

  return { follow, skipTo, wholeTo: () => wholeTo };
};
