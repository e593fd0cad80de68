/** The last bytes of the log, as they were written: who follows the log reads memory, not files. */
export type RecentGroups = Readonly<{
  add: (position: number, bytes: Buffer) => void;
  /** The group that holds a position. */
  find: (position: number) => Readonly<{ position: number; bytes: Buffer }> | undefined;
}>;

type Group = Readonly<{ position: number; bytes: Buffer }>;

/** `bytesMax` counts the memory behind the groups, which is up to twice what they hold. */
export const createRecentGroups = (bytesMax: number): RecentGroups => {
  let groups: Group[] = [];
  let first = 0;
  let held = 0;

  const add = (position: number, bytes: Buffer) => {
    groups.push({ position, bytes });
    held += bytes.buffer.byteLength;
    while (held > bytesMax && first < groups.length - 1) {
      held -= groups[first]?.bytes.buffer.byteLength ?? 0;
      first++;
    }
    // Dropped entries stay in the array until they are half of it, so that dropping one costs nothing.
    if (first > 64 && first * 2 > groups.length) {
      groups = groups.slice(first);
      first = 0;
    }
  };

  const find = (position: number) => {
    let low = first;
    let high = groups.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const group = groups[middle];
      if (!group) return undefined;
      if (position < group.position) high = middle - 1;
      else if (position >= group.position + group.bytes.length) low = middle + 1;
      else return group;
    }
    return undefined;
  };

  return { add, find };
};
