import { createArena } from './arena.ts';
import { createTable } from './table.ts';

/**
 * For each list a growing row of numbers. A list of n numbers takes 4n to 8n bytes, and 20 for itself: an array
 * object per stream would take 150. A row can lose its beginning; what stays keeps its places.
 */
export type PostingLists = Readonly<{
  /** `place` is where an empty list begins; any other goes on where it ends. */
  add: (list: number, value: number, place?: number) => void;
  at: (list: number, place: number) => number;
  /** The first place that is still there. */
  start: (list: number) => number;
  /** One behind the last place. */
  end: (list: number) => number;
  /** Forgets the places below this one, and frees their memory. */
  dropBefore: (list: number, place: number) => void;
}>;

export const createPostingLists = (): PostingLists => {
  const arena = createArena();
  const pages = createTable();
  const offsets = createTable();
  const counts = createTable();
  const sizeClasses = createTable();
  const starts = createTable();

  const valuesOf = (list: number) => {
    const offset = offsets.get(list);
    return arena.page(pages.get(list)).subarray(offset, offset + counts.get(list));
  };

  /** Moves values of the list to a block of another size. A list without values has no block. */
  const move = (list: number, values: Uint32Array, sizeClass: number) => {
    const old = { page: pages.get(list), offset: offsets.get(list) };
    const next = arena.allocate(sizeClass);
    arena.page(next.page).set(values, next.offset);
    if (counts.get(list) > 0) arena.release(sizeClasses.get(list), old);
    pages.set(list, next.page);
    offsets.set(list, next.offset);
    sizeClasses.set(list, sizeClass);
  };

  const add = (list: number, value: number, place = 0) => {
    const count = counts.get(list);
    const sizeClass = sizeClasses.get(list);
    if (count === 0) {
      move(list, nothing, 1);
      starts.set(list, Math.max(place, starts.get(list)));
    } else if (count === 2 ** sizeClass) move(list, valuesOf(list), sizeClass + 1);
    arena.page(pages.get(list))[offsets.get(list) + count] = value;
    counts.set(list, count + 1);
  };

  const at = (list: number, place: number) => {
    const index = place - starts.get(list);
    const isThere = index >= 0 && index < counts.get(list);
    const value = isThere ? arena.page(pages.get(list))[offsets.get(list) + index] : undefined;
    if (value === undefined) throw new RangeError(`list ${String(list)} has no entry ${String(place)}`);
    return value;
  };

  const dropBefore = (list: number, place: number) => {
    const count = counts.get(list);
    const dropped = Math.min(place - starts.get(list), count);
    if (dropped <= 0) return;
    const kept = count - dropped;
    if (kept > 0) move(list, valuesOf(list).subarray(dropped), Math.max(1, Math.ceil(Math.log2(kept))));
    else arena.release(sizeClasses.get(list), { page: pages.get(list), offset: offsets.get(list) });
    starts.set(list, starts.get(list) + dropped);
    counts.set(list, kept);
  };

  return { add, at, start: starts.get, end: (list) => starts.get(list) + counts.get(list), dropBefore };
};

const nothing = new Uint32Array(0);
