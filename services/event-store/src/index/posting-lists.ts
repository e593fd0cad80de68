import { createArena } from './arena.ts';
import { createTable } from './table.ts';

/**
 * For each list a growing row of numbers. A list of n numbers takes 4n to 8n bytes, and 16 for itself: an array
 * object per stream would take 150.
 */
export type PostingLists = Readonly<{
  add: (list: number, value: number) => void;
  at: (list: number, index: number) => number;
  count: (list: number) => number;
}>;

export const createPostingLists = (): PostingLists => {
  const arena = createArena();
  const pages = createTable();
  const offsets = createTable();
  const counts = createTable();
  const sizeClasses = createTable();

  const growBlock = (list: number, count: number) => {
    const sizeClass = sizeClasses.get(list);
    const next = arena.allocate(sizeClass + 1);
    if (count > 0) {
      const old = { page: pages.get(list), offset: offsets.get(list) };
      const values = arena.page(old.page).subarray(old.offset, old.offset + count);
      arena.page(next.page).set(values, next.offset);
      arena.release(sizeClass, old);
    }
    pages.set(list, next.page);
    offsets.set(list, next.offset);
    sizeClasses.set(list, sizeClass + 1);
  };

  const add = (list: number, value: number) => {
    const count = counts.get(list);
    if (count === 0 || count === 2 ** sizeClasses.get(list)) growBlock(list, count);
    arena.page(pages.get(list))[offsets.get(list) + count] = value;
    counts.set(list, count + 1);
  };

  const at = (list: number, index: number) => {
    const isThere = index < counts.get(list);
    const value = isThere ? arena.page(pages.get(list))[offsets.get(list) + index] : undefined;
    if (value === undefined) throw new RangeError(`list ${String(list)} has no entry ${String(index)}`);
    return value;
  };

  return { add, at, count: counts.get };
};
