const arenaPageSize = 2 ** 16;

/** A block is 2, 4, 8 … slots of an arena page; one larger than a page has a page of its own. */
type Block = { page: number; offset: number };

/**
 * For each list a growing row of numbers. A list of n numbers takes 8 to 12 bytes each, and 13 for itself: an
 * array object per stream would take 150.
 */
export type PostingLists = Readonly<{
  add: (list: number, value: number) => void;
  at: (list: number, index: number) => number;
  count: (list: number) => number;
}>;

export const createPostingLists = (): PostingLists => {
  let pages = new Uint32Array(1024);
  let offsets = new Uint32Array(1024);
  let counts = new Uint32Array(1024);
  let classes = new Uint8Array(1024);
  const arena: Uint32Array[] = [];
  const free: Block[][] = [];
  let fillPage = -1;
  let fillOffset = arenaPageSize;

  const allocate = (sizeClass: number): Block => {
    const reused = free[sizeClass]?.pop();
    if (reused) return reused;
    const size = 2 ** sizeClass;
    if (size >= arenaPageSize) return { page: arena.push(new Uint32Array(size)) - 1, offset: 0 };
    if (fillOffset + size > arenaPageSize) {
      fillPage = arena.push(new Uint32Array(arenaPageSize)) - 1;
      fillOffset = 0;
    }
    const block = { page: fillPage, offset: fillOffset };
    fillOffset += size;
    return block;
  };

  const release = (sizeClass: number, block: Block) => {
    if (2 ** sizeClass < arenaPageSize) (free[sizeClass] ??= []).push(block);
    else arena[block.page] = new Uint32Array(0);
  };

  const growLists = (list: number) => {
    if (list < counts.length) return;
    const size = Math.max(list + 1, counts.length * 2);
    const enlarge = (from: Uint32Array) => {
      const to = new Uint32Array(size);
      to.set(from);
      return to;
    };
    pages = enlarge(pages);
    offsets = enlarge(offsets);
    counts = enlarge(counts);
    const largerClasses = new Uint8Array(size);
    largerClasses.set(classes);
    classes = largerClasses;
  };

  const growBlock = (list: number, count: number) => {
    const sizeClass = classes[list] ?? 0;
    const next = allocate(sizeClass + 1);
    if (count > 0) {
      const old = { page: pages[list] ?? 0, offset: offsets[list] ?? 0 };
      const values = arena[old.page]?.subarray(old.offset, old.offset + count);
      if (values) arena[next.page]?.set(values, next.offset);
      release(sizeClass, old);
    }
    pages[list] = next.page;
    offsets[list] = next.offset;
    classes[list] = sizeClass + 1;
  };

  const add = (list: number, value: number) => {
    growLists(list);
    const count = counts[list] ?? 0;
    if (count === 0 || count === 2 ** (classes[list] ?? 0)) growBlock(list, count);
    const block = arena[pages[list] ?? 0];
    if (block) block[(offsets[list] ?? 0) + count] = value;
    counts[list] = count + 1;
  };

  const count = (list: number) => counts[list] ?? 0;

  const at = (list: number, index: number) => {
    const value = index < count(list) ? arena[pages[list] ?? 0]?.[(offsets[list] ?? 0) + index] : undefined;
    if (value === undefined) throw new RangeError(`list ${String(list)} has no entry ${String(index)}`);
    return value;
  };

  return { add, at, count };
};
